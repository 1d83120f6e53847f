"""Every language's search rules hold together: names are reachable, spellings sound as they should."""

from __future__ import annotations

import re

import pytest

from skill.catalogue.analyser import askable, fold, tokens, unfolded
from skill.catalogue.grammar import load
from skill.catalogue.language import is_searched, raw
from skill.catalogue.sound import key

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ar", "hi", "ja")
KNOWN = {
    "stemmer",
    "endings",
    "head",
    "closing",
    "packs",
    "colours",
    "sounds",
    "alike",
    "glued",
    "attached",
    "paired",
    "parts",
    "doubled",
    "names",
}

# The same word as it is spelled and as it may be heard or misspelled.
SOUND_ALIKE = {
    "de": "joghurt/jogurt joghurt/yoghurt vollmilch/follmilch quark/kwark pizza/pitsa zitrone/citrone"
    " shampoo/schampu pfeffer/feffer thunfisch/tunfisch cheddar/tschedder brokkoli/bruckoli honig/honich"
    " champignon/schampinjon haagen/hagen spaghetti/spagetti wein/vein strudel/schtrudel",
    "fr": "beaujolais/bojole poireau/poirot haagen/hagen pharmacie/farmacie quinoa/kinoa roquefort/rokfor"
    " champignon/shampinion chocolat/chocola jambon/janbon gingembre/jinjembre fromage/fromaje"
    " houmous/houmousse vanille/vaniye bouteille/bouteye cacahuete/cacaouette gateau/gato gruyere/gruiere",
    "es": "queso/keso vaca/baca huevo/uebo yogur/llogur avena/abena zanahoria/sanaoria cebolla/sebolla"
    " jengibre/gengibre espagueti/spagueti hielo/ielo vainilla/bainilla frambuesa/franbuesa tomillo/tomiyo"
    " arroz/arros guisante/gisante champu/shampu",
    "it": "chianti/kianti zucchero/zukkero gnocchi/niocchi aglio/alio pizza/pitsa acqua/aqua"
    " ghiaccio/giaccio quinoa/kinoa formaggio/formagio zucchine/zuchine caffe/kaffe yogurt/iogurt"
    " spaghetti/spagetti haagen/hagen",
    "pt": "queijo/keijo chocolate/xocolate chuchu/xuxu cenoura/senoura gelo/jelo geleia/jeleia"
    " espaguete/spaguete quiabo/kiabo farmacia/pharmacia papel/papeu cebola/sebola haagen/hagen",
    "nl": "yoghurt/joghurt kaas/caas chocola/sjokola vla/fla worst/vorst schaal/skaal citroen/sitroen"
    " quinoa/kwinoa ijs/eis brood/broot groente/chroente zalm/salm shampoo/sjampoo wijn/wein pizza/pitsa",
    "ar": "كاتشب/كتشب شدر/شيدر سباغيتي/سبقيتي يوناني/ينوني افوكادو/افكادو بروكلي/بركلي صابون/سابون"
    " طماطم/تماتم بطاطس/بتاتس جودا/غودا ثوم/سوم فانيليا/فنيلا pepsi/بيبسي galaxy/جالاكسي",
    "hi": "टमाटर/टमाटार दूध/दुध नींबू/निंबू चॉकलेट/चाकलेट साबुन/शाबुन भिंडी/बिंडी मूंगफली/मुंगफली"
    " बिस्कुट/बिस्किट अंडा/अन्डा शक्कर/सक्कर धनिया/दनिया कैचप/केचप अमूल/amul डाबर/dabur",
    "ja": "ヨーグルト/ヨグルト バター/バタ ケチャップ/ケチャプ パン/バン りんご/リンゴ さとう/サトウ"
    " ぎゅうにゅう/ギュウニュウ とうふ/トウフ スパゲッティ/スパゲティ pepsi/ペプシ choco/チョコ"
    " haagen/ハーゲン",
}
# Words that a shopper who says one must not get for the other.
SOUND_APART = {
    "de": "milch/mehl brot/butter hund/huhn apfel/ananas tasche/tasse kirsche/kerze sahne/salz",
    "fr": "pomme/poire citron/chocolat fromage/farine beurre/pain couche/couteau gateau/gelee sucre/sel",
    "es": "pollo/polvo queso/yeso jabon/jamon huevo/hueso manzana/naranja leche/lejia caja/casa",
    "it": "latte/lardo pane/pasta pesce/pepe carta/carne formaggio/farina cane/carne burro/birillo",
    "pt": "leite/lixo queijo/peixe carne/creme faca/vela frango/morango arroz/alho sal/suco",
    "nl": "melk/meel kaas/kip brood/boter appel/peer vis/vlees kat/kaas thee/tandpasta",
    "ar": "حليب/ملح خبز/جبن تفاح/بصل شاي/سكر رز/زيت دجاج/سمك",
    "hi": "दूध/दही आटा/चाय केला/टमाटर नमक/चावल साबुन/शैंपू सेब/अंगूर",
    "ja": "パン/ハム バター/ケチャップ りんご/みかん ビール/ワイン さとう/しお たまご/とうふ",
}
# Two ways to ask for the same thing.
SAME_THING = {
    "de": [
        ("Ei", "Eier"),
        ("Brötchen", "Semmeln"),
        ("Kartoffel", "Erdäpfel"),
        ("Tomaten", "Paradeiser"),
        ("Äpfel", "Apfel"),
        ("Möhren", "Karotte"),
        ("Heidelbeeren", "Blaubeere"),
        ("Klopapier", "Toilettenpapier"),
        ("Müllsäcke", "Müllbeutel"),
        ("Glühbirnen", "Glühlampe"),
        ("3 % Fett", "drei Prozent Fett"),
        ("Batterien AA", "Batterie doppel a"),
        ("weißes T-Shirt", "weiß tee shirt"),
    ],
    "fr": [
        ("œufs", "œuf"),
        ("pommes de terre", "patate"),
        ("gâteaux", "gâteau"),
        ("cacahuètes", "arachides"),
        ("yaourts", "yogourt"),
        ("sopalin", "essuie-tout"),
        ("sacs à ordures", "sac poubelle"),
        ("lait écrémé", "lait écrémée"),
        ("crème fraîche", "crème frais"),
        ("tee-shirt", "t-shirt"),
        ("piles double A", "pile AA"),
        ("2 %", "deux pour cent"),
    ],
    "es": [
        ("huevos", "huevo"),
        ("nueces", "nuez"),
        ("limones", "limón"),
        ("papas", "patata"),
        ("jugo", "zumos"),
        ("palta", "aguacates"),
        ("frijoles", "judías"),
        ("durazno", "melocotones"),
        ("celular", "móviles"),
        ("computadora", "ordenador"),
        ("pilas doble a", "pila AA"),
        ("2 %", "dos por ciento"),
    ],
    "it": [
        ("uova", "uovo"),
        ("arance", "arancia"),
        ("pesche", "pesca"),
        ("cocomero", "anguria"),
        ("telefonino", "cellulari"),
        ("carta da cucina", "carta cucina"),
        ("sacchetti della spazzatura", "sacchi spazzatura"),
        ("acqua gassata", "acqua frizzante"),
        ("biologica", "bio"),
        ("batterie stilo", "pila AA"),
        ("2 %", "due per cento"),
    ],
    "pt": [
        ("ovos", "ovo"),
        ("pães", "pão"),
        ("limões", "limão"),
        ("feijões", "feijão"),
        ("camarões", "camarão"),
        ("sumo", "suco"),
        ("telemóvel", "celular"),
        ("papel toalha", "papel cozinha"),
        ("champô", "xampu"),
        ("leite magro", "leite desnatado"),
        ("pilha duplo a", "pilhas AA"),
    ],
    "nl": [
        ("eieren", "ei"),
        ("broden", "brood"),
        ("tomaten", "tomaat"),
        ("kippen", "kip"),
        ("appelsienen", "sinaasappel"),
        ("wc-papier", "toiletpapier"),
        ("ajuin", "uien"),
        ("afvalzakken", "vuilniszak"),
        ("rode", "rood"),
        ("batterijen dubbel a", "batterij AA"),
        ("2 %", "twee procent"),
    ],
    "ar": [
        ("بيضة", "البيض"),
        ("بندورة", "الطماطم"),
        ("بطاطا", "بطاطس"),
        ("أرز", "رز"),
        ("حفاضات", "حفاضة"),
        ("بطاريات", "بطارية"),
        ("موبايل", "جوال"),
        ("تي شيرت حمراء", "تيشيرت أحمر"),
        ("جمبري", "ربيان"),
        ("ورق حمام", "ورق تواليت"),
        ("بالفراولة", "فراولة"),
        ("دبل إيه", "AA"),
    ],
    "hi": [
        ("अण्डे", "अंडा"),
        ("कांदा", "प्याज"),
        ("डबल रोटी", "ब्रेड"),
        ("बिस्किट", "बिस्कुट"),
        ("शैम्पू", "शैंपू"),
        ("जुराबें", "मोजे"),
        ("टी शर्ट", "टीशर्ट"),
        ("डायपर्स", "डायपर"),
        ("चाकलेट", "चॉकलेट"),
        ("2 %", "दो प्रतिशत"),
        ("डबल ए", "AA"),
    ],
    "ja": [
        ("たまご", "卵"),
        ("リンゴ", "林檎"),
        ("ジャガイモ", "じゃがいも"),
        ("タマネギ", "玉ねぎ"),
        ("ニンジン", "人参"),
        ("生姜", "しょうが"),
        ("しょうゆ", "醤油"),
        ("ゴミ袋", "ごみ袋"),
        ("スマホ", "スマートフォン"),
        ("珈琲", "コーヒー"),
        ("オムツ", "おむつ"),
    ],
}
# Different things that a stemmer or a name may take for one.
OTHER_THING = {
    "de": [("Ei", "Eis"), ("Süßkartoffel", "Kartoffel"), ("Sauerrahm", "Rahm")],
    "fr": [("fraise", "frais"), ("pomme", "pomme de terre"), ("frites", "patate")],
    "es": [("judías verdes", "judías"), ("boniato", "patata"), ("nata agria", "nata")],
    "it": [("acqua naturale", "acqua frizzante"), ("pila AAA", "pila AA")],
    "pt": [("limão", "lima"), ("pimentão", "pimenta"), ("melão", "melado")],
    "nl": [("ei", "ui"), ("zoete aardappel", "aardappel")],
    "ar": [("طحين", "طحينة"), ("فلتر", "لتر"), ("شاي", "شاحن")],
    "hi": [("दूध", "दही")],
    "ja": [("卵", "砂糖")],
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    spoken: str = request.param
    if not is_searched(spoken):
        pytest.skip(f"no words.toml and search.toml for {spoken} yet")
    return spoken


def searched(text: str, language: str) -> list[str]:
    return tokens(text, language=language, stop=load(language).stop)


def pairs(table: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(language, *pair.split("/")) for language, said in table.items() for pair in said.split()]  # type: ignore[misc]


def both(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(language, one, other) for language, said in table.items() for one, other in said]


def test_rules_are_those_that_are_read(language: str) -> None:
    assert set(raw(language, "search")) <= KNOWN


def test_sounds_are_expressions_that_compile(language: str) -> None:
    for rule in raw(language, "search").get("sounds", ()):
        assert len(rule) in (2, 3)
        re.compile(rule[0])
        assert rule[1].isascii()


def test_words_are_written_as_they_are_folded(language: str) -> None:
    rules = raw(language, "search")
    said = [
        *rules.get("names", {}),
        *rules.get("packs", ()),
        *rules.get("colours", ()),
        *rules.get("parts", ()),
    ]
    said += [phrase for phrases in rules.get("names", {}).values() for phrase in phrases]
    said += [word for group in rules.get("alike", ()) for word in group]
    said += rules.get("doubled", {})
    assert [word for word in said if fold(word) != word] == []


def test_a_phrase_stands_for_one_thing(language: str) -> None:
    names = raw(language, "search").get("names", {})
    said = [phrase for phrases in names.values() for phrase in phrases]
    assert sorted(phrase for phrase in set(said) if said.count(phrase) > 1) == []
    # A name among its own phrases is kept whole, where a part of it has another name.
    others = {phrase for name, phrases in names.items() for phrase in phrases if phrase != name}
    assert sorted(others & set(names)) == []


def test_no_part_of_a_compound_is_told_twice(language: str) -> None:
    parts = raw(language, "search").get("parts", ())
    assert sorted(part for part in set(parts) if parts.count(part) > 1) == []


def test_a_name_holds_no_word_that_is_not_searched(language: str) -> None:
    stop = load(language).stop
    assert [name for name in raw(language, "search").get("names", {}) if stop & set(name.split())] == []


def test_each_phrase_is_searched_as_its_name(language: str) -> None:
    names = raw(language, "search").get("names", {})
    wrong = {
        phrase: name
        for name, phrases in names.items()
        for phrase in phrases
        if searched(phrase, language) != searched(name, language)
    }
    assert wrong == {}


@pytest.mark.parametrize(("language", "spelled", "heard"), pairs(SOUND_ALIKE), indirect=["language"])
def test_what_sounds_alike_has_one_sound(language: str, spelled: str, heard: str) -> None:
    assert key(spelled, language) == key(heard, language) != ""


@pytest.mark.parametrize(("language", "one", "other"), pairs(SOUND_APART), indirect=["language"])
def test_what_sounds_different_has_two_sounds(language: str, one: str, other: str) -> None:
    assert key(one, language) != key(other, language)


@pytest.mark.parametrize(("language", "one", "other"), both(SAME_THING), indirect=["language"])
def test_names_and_forms_of_a_thing_are_searched_alike(language: str, one: str, other: str) -> None:
    assert searched(one, language) == searched(other, language)


@pytest.mark.parametrize(("language", "one", "other"), both(OTHER_THING), indirect=["language"])
def test_different_things_are_searched_apart(language: str, one: str, other: str) -> None:
    assert searched(one, language) != searched(other, language)


@pytest.mark.parametrize(
    ("folded", "said", "written"),
    [
        ("mohren", "Zwei Kilo Möhren, bitte", "möhren"),
        ("2 kilo mohren", "zwei Kilo Möhren", "2 kilo möhren"),
        ("levis jeans", "Levi's jeans", "levi's jeans"),
        ("oat milk", "Oat milk", "oat milk"),
        ("قهوه", "أبغى قهوة", "قهوة"),
    ],
)
def test_folded_words_are_written_again_as_they_were_said(folded: str, said: str, written: str) -> None:
    assert unfolded(folded, said) == written


def test_a_thing_may_be_asked_for_by_the_noun_its_name_is_made_of() -> None:
    assert set(tokens("Honig", language="de")) <= askable("Kleehonig, zwölf Unzen", language="de")
    assert not set(tokens("Kleehonig", language="de")) <= askable("Honig", language="de")
    assert askable("oat milk", language="en") == set(tokens("oat milk", language="en"))
