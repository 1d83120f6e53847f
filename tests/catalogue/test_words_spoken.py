"""What is said in each language, and what is understood: text, amount, price, wishes."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skill.catalogue.analyser import fold
from skill.catalogue.words import Query, day, load, understand, whole_amount
from skill.commerce.quantity import COUNT, MASS, VOLUME

LOCALES = Path(__file__).parents[2] / "skill" / "locales"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ar", "hi", "ja")
FLAGS = ("cheapest", "dearest", "popular", "on_offer")
SAID = {
    "en": {
        "the most expensive olive oil": "olive oil | dearest",
        "whats the priciest coffee you have": "coffee | dearest",
        "the best olive oil": "best olive oil",
        "the most popular coffee": "coffee | popular",
        "best selling wine under twenty dollars": "wine | to 2000 | popular",
        "coffee on sale": "coffee | on_offer",
        "is there any cheese on offer": "is there any cheese | on_offer",
        "only organic bananas": "organic bananas | only organic bananas",
        "bananas organic only": "bananas organic | only organic",
        "only the organic ones": "organic | only organic",
        "only two bananas": "bananas | 2 piece",
        "coffee not from nestle": "coffee | not nestle",
        "cheapest coffee anything but nestle": "coffee | cheapest | not nestle",
        "chips three dollars or less": "chips | to 300",
        "coffee ten dollars max": "coffee | to 1000",
        "wine twenty dollars and up": "wine | from 2000",
        "wine for three ninety nine dollars": "wine | from 320 | to 478",
        "coffee five to ten dollars": "coffee | from 500 | to 1000",
        "tea between thirty and forty five dollars": "tea | from 3000 | to 4500",
        "beef under $1,000": "beef | to 100000",
        "2 kilos and a half of rice": "rice | 2.5 kg",
        "two packs of six sodas": "sodas 6 pack | 2 piece",
        "five pounds of potatoes": "potatoes | 5 lb",
        "three point five pounds of beef": "beef | 3.5 lb",
        "wine under £5": "wine | to 500",
        "two packs of 7 up": "7 up | 2 pack",
        "about thirty dollars": " | from 2400 | to 3600",
    },
    "de": {
        "Ich hätte gern zwei Liter Milch bitte": "milch | 2 l",
        "ein Pfund Hackfleisch": "hackfleisch | 500 g",
        "ein halbes Pfund Gouda": "gouda | 250 g",
        "zwei Pfund Kartoffeln": "kartoffeln | 1000 g",
        "anderthalb Liter Milch": "milch | 1.5 l",
        "eineinhalb Kilo Mehl": "mehl | 1.5 kg",
        "ein halbes Kilo Zwiebeln": "zwiebeln | 0.5 kg",
        "einen halben Liter Sahne": "sahne | 0.5 l",
        "zwei Komma fünf Kilo Kartoffeln": "kartoffeln | 2.5 kg",
        "fünfhundert Gramm Käse": "kase | 500 g",
        "2,5 kg Mehl": "mehl | 2.5 kg",
        "eine Dose Thunfisch": "thunfisch | 1 pack",
        "zwei Dosen Tomaten": "tomaten | 2 pack",
        "zwo Flaschen Wasser": "wasser | 2 pack",
        "einen Kasten Bier": "bier | 1 pack",
        "zwei Sechserpack Cola": "cola 6 pack | 2 piece",
        "ein Sechserpack Cola": "cola 6 pack | 1 piece",
        "ein Dutzend Eier": "eier | 12 ct",
        "ein halbes Dutzend Eier": "eier | 6 ct",
        "zwölf Eier": "eier | 12 piece",
        "ein paar Zitronen": "zitronen",
        "eine Gurke": "gurke",
        "3,5 Prozent Milch": "3.5 prozent milch",
        "leg noch Hafermilch dazu": "hafermilch",
        "nimm die Milch raus": "milch",
        "pack zwei Gurken in den Warenkorb": "gurken | 2 piece",
        "Kaffee unter zwanzig Euro": "kaffee | to 2000",
        "Kaffee bis zu 10 Euro": "kaffee | to 1000",
        "Wein zwischen fünf und zehn Euro": "wein | from 500 | to 1000",
        "Fernseher zwischen fünfhundert und sechshundert Euro": "fernseher | from 50000 | to 60000",
        "Wein von fünf bis zehn Euro": "wein | from 500 | to 1000",
        "Käse unter drei neunundneunzig": "kase | to 399",
        "Käse für höchstens drei Euro fünfzig": "kase | to 350",
        "Käse unter 3,50 €": "kase | to 350",
        "Wein um die zehn Euro": "wein | from 800 | to 1200",
        "Wein ab zwanzig Euro": "wein | from 2000",
        "Kaugummi unter fünfzig Cent": "kaugummi | to 50",
        "unter zehn Euro": " | to 1000",
        "glutenfreie Nudeln unter drei Euro": "glutenfreie nudeln | to 300",
        "den günstigsten Heinz Ketchup": "heinz ketchup | cheapest",
        "der teuerste Wein": "wein | dearest",
        "die beliebtesten Chips": "chips | popular",
        "Kaffee im Angebot": "kaffee | on_offer",
        "nur Bio": "bio | only bio",
        "nur die Bio Bananen": "bio bananen | only bio bananen",
        "Joghurt ohne Zucker": "zuckerfrei joghurt",
        "Kaffee nicht von Nestlé": "kaffee | not nestle",
        "Kaffee aber keinen koffeinfreien": "kaffee | not koffeinfreien",
        "Kaffee nicht von Nestle oder Jacobs": "kaffee | not nestle jacobs",
        "Hafer Milch": "hafer milch",
    },
    "fr": {
        "je voudrais du lait d'avoine s'il te plaît": "lait d'avoine",
        "de l'huile d'olive": "huile d'olive",
        "une livre de beurre": "beurre | 500 g",
        "une demi-livre de comté": "comte | 250 g",
        "un livre": "livre | 1 piece",
        "une douzaine d'œufs": "oeufs | 12 ct",
        "une demi-douzaine d'œufs": "oeufs | 6 ct",
        "deux litres de lait": "lait | 2 l",
        "un kilo et demi de pommes": "pommes | 1.5 kg",
        "un demi-litre de crème": "creme | 0.5 l",
        "un demi kilo de carottes": "carottes | 0.5 kg",
        "deux virgule cinq kilos de riz": "riz | 2.5 kg",
        "cinq cents grammes de farine": "farine | 500 g",
        "quatre-vingt-dix grammes de thé": "the | 90 g",
        "une bouteille d'eau": "eau | 1 pack",
        "deux packs de six Coca": "coca 6 pack | 2 piece",
        "une bouteille de deux litres de Coca": "coca 2 litres | 1 piece",
        "trois boîtes de thon": "thon | 3 pack",
        "quelques citrons": "citrons",
        "ajoute du pain au panier": "pain",
        "il me faut des œufs": "oeufs",
        "des pâtes à moins de trois euros": "pates | to 300",
        "moins de dix euros": " | to 1000",
        "du café pour moins de dix euros cinquante": "cafe | to 1050",
        "du vin entre cinq et dix euros": "vin | from 500 | to 1000",
        "du vin entre vingt et trente euros": "vin | from 2000 | to 3000",
        "un vin autour de dix euros": "vin | from 800 | to 1200 | 1 piece",
        "du vin à plus de vingt euros": "vin | from 2000",
        "du fromage à quatre euros maximum": "fromage | to 400",
        "le ketchup Heinz le moins cher": "ketchup heinz | cheapest",
        "le vin le plus cher": "vin | dearest",
        "le café le plus populaire": "cafe | popular",
        "du café en promo": "cafe | on_offer",
        "seulement les bio": "bio | only bio",
        "des pâtes sans gluten": "pates sans gluten",
        "du café mais pas de Nestlé": "cafe | not nestle",
        "du café sauf Nestlé": "cafe | not nestle",
    },
    "es": {
        "quiero leche de avena por favor": "leche de avena",
        "añade dos litros de leche a la cesta": "leche | 2 l",
        "medio kilo de tomates": "tomates | 0.5 kg",
        "cuarto y mitad de jamón": "jamon | 375 g",
        "un cuarto de kilo de queso": "queso | 250 g",
        "tres cuartos de kilo de gambas": "gambas | 0.75 kg",
        "kilo y medio de patatas": "patatas | 1.5 kg",
        "un kilo y medio de patatas": "patatas | 1.5 kg",
        "una docena de huevos": "huevos | 12 ct",
        "media docena de huevos": "huevos | 6 ct",
        "dos docenas de huevos": "huevos | 24 ct",
        "tres coma cinco kilos de arroz": "arroz | 3.5 kg",
        "una botella de agua": "agua | 1 pack",
        "dos packs de seis de Coca Cola": "coca cola 6 pack | 2 piece",
        "una botella de dos litros de agua": "agua 2 litros | 1 piece",
        "veintidós latas de atún": "atun | 22 pack",
        "un par de limones": "limones | 2 piece",
        "quinientos gramos de harina": "harina | 500 g",
        "pasta sin gluten por menos de tres euros": "pasta sin gluten | to 300",
        "menos de diez euros": " | to 1000",
        "queso por menos de tres con noventa y nueve": "queso | to 399",
        "queso por menos de tres euros con cincuenta": "queso | to 350",
        "vino entre cinco y diez euros": "vino | from 500 | to 1000",
        "vino entre treinta y cinco y cuarenta y cinco euros": "vino | from 3500 | to 4500",
        "queso por menos de tres euros y cincuenta céntimos": "queso | to 350",
        "vino de más de veinte euros": "vino | from 2000",
        "vino de unos diez euros": "vino | from 800 | to 1200",
        "vino por diez euros como mucho": "vino | to 1000",
        "el ketchup Heinz más barato": "ketchup heinz | cheapest",
        "el vino más caro": "vino | dearest",
        "los cereales más vendidos": "cereales | popular",
        "café en oferta": "cafe | on_offer",
        "solo los ecológicos": "ecologicos | only ecologicos",
        "café que no sea de Nestlé": "cafe | not nestle",
        "café excepto Nestlé o Saimaza": "cafe | not nestle saimaza",
        "yogur sin azúcar": "yogur sin azucar",
        "aceite a la lista de la compra": "aceite",
    },
    "it": {
        "vorrei del latte d'avena per favore": "latte d'avena",
        "mezzo chilo di pane": "pane | 0.5 kg",
        "due etti di prosciutto": "prosciutto | 200 g",
        "un etto e mezzo di salame": "salame | 150 g",
        "un chilo e mezzo di mele": "mele | 1.5 kg",
        "mezzo litro di panna": "panna | 0.5 l",
        "due litri di latte": "latte | 2 l",
        "una dozzina di uova": "uova | 12 ct",
        "mezza dozzina di uova": "uova | 6 ct",
        "un'arancia": "arancia | 1 piece",
        "una bottiglia d'acqua": "acqua | 1 pack",
        "tre scatolette di tonno": "tonno | 3 pack",
        "cinquecento grammi di farina": "farina | 500 g",
        "tre virgola cinque chili di riso": "riso | 3.5 kg",
        "ventitré uova": "uova | 23 piece",
        "un paio di limoni": "limoni | 2 piece",
        "dell'olio d'oliva": "olio d'oliva",
        "aggiungi il pane al carrello": "pane",
        "vino a meno di dieci euro": "vino | to 1000",
        "meno di venti euro": " | to 2000",
        "formaggio sotto i tre e novantanove": "formaggio | to 399",
        "formaggio a meno di tre euro e cinquanta": "formaggio | to 350",
        "vino tra cinque e dieci euro": "vino | from 500 | to 1000",
        "vino sui dieci euro": "vino | from 800 | to 1200",
        "vino oltre i venti euro": "vino | from 2000",
        "il ketchup più economico": "ketchup | cheapest",
        "il vino più caro": "vino | dearest",
        "i biscotti più venduti": "biscotti | popular",
        "caffè in offerta": "caffe | on_offer",
        "solo biologico": "biologico | only biologico",
        "pasta senza glutine": "pasta senza glutine",
        "caffè ma non Nestlé": "caffe | not nestle",
        "acqua non gassata": "acqua non gassata",
        "caffè tranne Nestlé": "caffe | not nestle",
    },
    "pt": {
        "eu queria leite de aveia por favor": "leite de aveia",
        "meio quilo de tomate": "tomate | 0.5 kg",
        "um quilo e meio de batata": "batata | 1.5 kg",
        "dois litros de leite": "leite | 2 l",
        "uma dúzia de ovos": "ovos | 12 ct",
        "meia dúzia de ovos": "ovos | 6 ct",
        "duas dúzias de ovos": "ovos | 24 ct",
        "três vírgula cinco quilos de arroz": "arroz | 3.5 kg",
        "uma garrafa de água": "agua | 1 pack",
        "três latas de atum": "atum | 3 pack",
        "duzentos gramas de presunto": "presunto | 200 g",
        "um par de limões": "limoes | 2 piece",
        "vinte e cinco pães": "paes | 25 piece",
        "coloca pão no carrinho": "pao",
        "preciso de ovos": "ovos",
        "café por menos de dez reais": "cafe | to 1000",
        "café abaixo de vinte euros": "cafe | to 2000",
        "menos de R$ 5,50": " | to 550",
        "queijo até três e noventa e nove": "queijo | to 399",
        "queijo até três reais e cinquenta centavos": "queijo | to 350",
        "vinho entre cinco e dez reais": "vinho | from 500 | to 1000",
        "vinho por volta de dez reais": "vinho | from 800 | to 1200",
        "vinho acima de vinte reais": "vinho | from 2000",
        "o ketchup mais barato": "ketchup | cheapest",
        "o vinho mais caro": "vinho | dearest",
        "os biscoitos mais vendidos": "biscoitos | popular",
        "café em promoção": "cafe | on_offer",
        "só orgânicos": "organicos | only organicos",
        "macarrão sem glúten": "macarrao sem gluten",
        "café que não seja da Nestlé": "cafe | not nestle",
        "café exceto Nestlé": "cafe | not nestle",
    },
    "nl": {
        "ik wil graag havermelk alsjeblieft": "havermelk",
        "een pond gehakt": "gehakt | 500 g",
        "een half pond kaas": "kaas | 250 g",
        "twee pond aardappels": "aardappels | 1000 g",
        "een ons ham": "ham | 100 g",
        "anderhalf ons kaas": "kaas | 150 g",
        "anderhalve liter melk": "melk | 1.5 l",
        "een halve liter room": "room | 0.5 l",
        "tweeënhalf kilo bloem": "bloem | 2.5 kg",
        "twee komma vijf kilo rijst": "rijst | 2.5 kg",
        "een dozijn eieren": "eieren | 12 ct",
        "een half dozijn eieren": "eieren | 6 ct",
        "een blikje tonijn": "tonijn | 1 pack",
        "twee flessen water": "water | 2 pack",
        "een sixpack bier": "bier 6 pack | 1 piece",
        "tweeëntwintig broodjes": "broodjes | 22 piece",
        "een paar citroenen": "citroenen",
        "zet brood op de lijst": "brood",
        "voeg melk toe": "melk",
        "koffie onder de tien euro": "koffie | to 1000",
        "koffie voor minder dan twintig euro": "koffie | to 2000",
        "kaas onder drie euro vijftig": "kaas | to 350",
        "kaas tot drie negenennegentig": "kaas | to 399",
        "wijn tussen vijf en tien euro": "wijn | from 500 | to 1000",
        "wijn rond de tien euro": "wijn | from 800 | to 1200",
        "wijn vanaf twintig euro": "wijn | from 2000",
        "de goedkoopste ketchup": "ketchup | cheapest",
        "de duurste wijn": "wijn | dearest",
        "de populairste chips": "chips | popular",
        "koffie in de aanbieding": "koffie | on_offer",
        "alleen biologisch": "biologisch | only biologisch",
        "yoghurt zonder suiker": "suikervrij yoghurt",
        "koffie maar niet van Nestlé": "koffie | not nestle",
        "koffie behalve Nestlé": "koffie | not nestle",
    },
    "ar": {
        "أبغى حليب شوفان من فضلك": "حليب شوفان",
        "ضيف حليب شوفان للسلة": "حليب شوفان",
        "علبتين حليب": "حليب | 2 pack",
        "وعلبتين حليب": "حليب | 2 pack",
        "كيلوين طماطم": "طماطم | 2 kg",
        "نص كيلو جبن": "جبن | 0.5 kg",
        "ربع كيلو لوز": "لوز | 0.25 kg",
        "كيلو جزر": "جزر | 1 kg",
        "كيلو ونص لحم": "لحم | 1.5 kg",
        "كيلوين ونص بطاطس": "بطاطس | 2.5 kg",
        "درزن بيض": "بيض | 12 ct",
        "دزينة بيض": "بيض | 12 ct",
        "نصف درزن بيض": "بيض | 6 ct",
        "ثلاث علب تونة": "تونه | 3 pack",
        "خمسة وعشرين حبة ليمون": "ليمون | 25 piece",
        "خمسمئة جرام جبن": "جبن | 500 g",
        "٢ لتر حليب": "حليب | 2 l",
        "حليب ثلاث علب": "حليب | 3 pack",
        "كرتونين كولا": "كولا | 2 pack",
        "كم ليمونة": "ليمونه",
        "أقل من عشرين ريال": " | to 2000",
        "مكرونة بدون جلوتين بأقل من عشرة ريال": "مكرونه بدون جلوتين | to 1000",
        "قهوة تحت خمسة وعشرين ريال": "قهوه | to 2500",
        "قهوة بعشرة ريال": "قهوه | from 800 | to 1200",
        "قهوة بين خمسة وعشرة ريال": "قهوه | from 500 | to 1000",
        "قهوة بين عشرين وثلاثين درهم": "قهوه | from 2000 | to 3000",
        "قهوة أكثر من عشرين ريال": "قهوه | from 2000",
        "قهوة بحدود عشرين ريال": "قهوه | from 1600 | to 2400",
        "جبن بأقل من خمسة ريال وخمسين هللة": "جبن | to 550",
        "أرخص كاتشب هاينز": "كاتشب هاينز | cheapest",
        "أغلى عطر": "عطر | dearest",
        "القهوة الأكثر مبيعا": "القهوه | popular",
        "قهوة عليها عرض": "قهوه | on_offer",
        "بس العضوي": "العضوي | only العضوي",
        "موز عضوي فقط": "موز عضوي | only عضوي",
        "حليب وبيض وخبزتين": "حليب وبيض و 2 خبزه",
        "حليب بدون سكر": "حليب بدون سكر",
        "قهوة مش نستله": "قهوه | not نستله",
        "قهوة غير نستله": "قهوه | not نستله",
        "شاي غير محلى": "شاي غير محلي",
    },
    "hi": {
        "मुझे दूध चाहिए": "दूध",
        "आधा किलो टमाटर": "टमाटर | 0.5 kg",
        "डेढ़ लीटर दूध": "दूध | 1.5 l",
        "ढाई किलो आटा": "आटा | 2.5 kg",
        "साढ़े तीन किलो चावल": "चावल | 3.5 kg",
        "सवा किलो चीनी": "चीनी | 1.25 kg",
        "पौन किलो पनीर": "पनीर | 0.75 kg",
        "दो पैकेट बिस्किट": "बिस्किट | 2 pack",
        "एक दर्जन अंडे": "अंडे | 12 ct",
        "आधा दर्जन केले": "केले | 6 ct",
        "दूध दो पैकेट": "दूध | 2 pack",
        "आलू एक किलो चाहिए": "आलू | 1 kg",
        "आलू दे दो": "आलू",
        "एक लीटर दूध": "दूध | 1 l",
        "पाँच सौ ग्राम पनीर": "पनीर | 500 g",
        "५०० ग्राम पनीर": "पनीर | 500 g",
        "पच्चीस अंडे": "अंडे | 25 piece",
        "कार्ट में दो किलो प्याज डालो": "प्याज | 2 kg",
        "बीस रुपये से कम": " | to 2000",
        "बीस रुपये से कम की चाय": "चाय | to 2000",
        "चाय सौ रुपये के अंदर": "चाय | to 10000",
        "चाय ₹50 तक": "चाय | to 5000",
        "पाँच सौ रुपये से ज्यादा की कॉफी": "कॉफी | from 50000",
        "पचास और सौ रुपये के बीच की चाय": "चाय | from 5000 | to 10000",
        "सौ रुपये के आसपास की चाय": "चाय | from 8000 | to 12000",
        "डेढ़ सौ रुपये से कम": " | to 15000",
        "सबसे सस्ती चाय": "चाय | cheapest",
        "सबसे महंगी कॉफी": "कॉफी | dearest",
        "सबसे लोकप्रिय बिस्किट": "बिस्किट | popular",
        "ऑफर में चाय": "चाय | on_offer",
        "सिर्फ ऑर्गेनिक": "ऑर्गेनिक | only ऑर्गेनिक",
        "बिना चीनी की चाय": "बिना चीनी की चाय",
        "कॉफी नेस्ले नहीं": "कॉफी | not नेस्ले",
        "नेस्ले के अलावा कॉफी": "कॉफी | not नेस्ले",
        "कॉफी लेकिन नेस्ले नहीं": "कॉफी | not नेस्ले",
    },
    "ja": {
        "牛乳をください": "牛乳",
        "牛乳を2本": "牛乳 | 2 piece",
        "牛乳を二本ください": "牛乳 | 2 piece",
        "卵10個": "卵 | 10 piece",
        "卵を十個お願いします": "卵 | 10 piece",
        "2本の牛乳": "牛乳 | 2 piece",
        "卵を半ダース": "卵 | 6 ct",
        "卵を1ダース": "卵 | 12 ct",
        "牛乳1リットル": "牛乳 | 1 l",
        "牛肉を500グラム": "牛肉 | 500 g",
        "米5キロ": "米 | 5 kg",
        "りんごを3つ": "りんご | 3 piece",
        "りんごをみっつください": "りんご | 3 piece",
        "ビールを1ケース": "ビール | 1 pack",
        "水２リットル": "水 | 2 l",
        "二千円以下のワイン": "ワイン | to 2000",
        "500円以下": " | to 500",
        "2000円以上のワイン": "ワイン | from 2000",
        "千円から二千円のワイン": "ワイン | from 1000 | to 2000",
        "1000円くらいのワイン": "ワイン | from 800 | to 1200",
        "千円のワイン": "ワイン | from 800 | to 1200",
        "一万五千円以内のウイスキー": "ウイスキー | to 15000",
        "一番安いコーヒー": "コーヒー | cheapest",
        "一番高いワイン": "ワイン | dearest",
        "人気のお菓子": "お菓子 | popular",
        "セール中のコーヒー": "コーヒー | on_offer",
        "オーガニックだけ": "オーガニック | only オーガニック",
        "オーガニックのバナナ": "オーガニック バナナ",
        "オーガニック バナナ": "オーガニック バナナ",
        "ネスレ以外のコーヒー": "コーヒー | not ネスレ",
        "砂糖なしのヨーグルト": "砂糖なし ヨーグルト",
        "6個入りの卵": "6 個入り 卵",
        "有機の牛乳をふたつ": "有機 牛乳 | 2 piece",
        "1つ": " | 1 piece",
        "きのこ": "きのこ",
        "韓国のり": "韓国のり",
        "七味唐辛子": "七味唐辛子",
        "三つ葉": "三つ葉",
        "からあげ": "からあげ",
        "コーヒーはありますか": "コーヒー",
    },
}
CASES = [(language, said, told) for language, cases in SAID.items() for said, told in cases.items()]
# Prices: what is said, with the bounds in whole units of money.
PRICES = {
    "en": ("under {} dollars", "over {} dollars"),
    "de": ("unter {} Euro", "über {} Euro"),
    "fr": ("moins de {} euros", "plus de {} euros"),
    "es": ("menos de {} euros", "más de {} euros"),
    "it": ("meno di {} euro", "più di {} euro"),
    "pt": ("menos de {} reais", "mais de {} reais"),
    "nl": ("onder {} euro", "boven {} euro"),
    "ar": ("أقل من {} ريال", "أكثر من {} ريال"),
    "hi": ("{} रुपये से कम", "{} रुपये से ज्यादा"),
    "ja": ("{}円以下", "{}円以上"),
}
every_language = pytest.mark.parametrize("language", LANGUAGES)


def read(text: str, language: str) -> Query:
    per = 1 if language == "ja" else 100
    return understand(text, words=load(language), now=NOW, minor_per_major=per)


def told(query: Query) -> str:
    """A query on one line: text, then what else was understood."""
    parts = [query.text]
    parts += [f"from {query.low}"] if query.low is not None else []
    parts += [f"to {query.high}"] if query.high is not None else []
    parts += [f"{query.amount.milli / 1000:g} {query.amount.unit}"] if query.amount else []
    parts += [flag for flag in FLAGS if getattr(query, flag)]
    parts += [f"only {' '.join(query.only)}"] if query.only else []
    parts += [f"not {' '.join(query.without)}"] if query.without else []
    return " | ".join(parts)


@cache
def lists(language: str) -> list[str]:
    """Every phrase of a language's word lists that is matched with folded words."""
    raw = tomllib.loads((LOCALES / language / "words.toml").read_text("utf-8"))
    found: list[str] = []
    for name, value in raw.items():
        if name in ("elided", "joint", "decimal"):
            continue
        if isinstance(value, dict) and name != "numbers":
            found += value.keys() if name in ("fractions", "more", "freed", "day_offset") else ()
            found += [word for words in value.values() if isinstance(words, list) for word in words]
        elif isinstance(value, list):
            found += [
                word for item in value for word in (item["words"] if isinstance(item, dict) else [item])
            ]
    numbers = raw.get("numbers", {})
    found += [word for name in ("add", "times", "big", "plus", "phrases") for word in numbers.get(name, {})]
    return found


@pytest.mark.parametrize(("language", "said", "expected"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_what_is_said_is_understood(language: str, said: str, expected: str) -> None:
    assert told(read(said, language)) == expected


@every_language
def test_there_are_enough_cases(language: str) -> None:
    assert len(SAID[language]) >= 25


@every_language
def test_the_word_lists_are_written_as_they_are_matched(language: str) -> None:
    assert [word for word in lists(language) if fold(word) != word] == []


@every_language
def test_the_word_lists_name_every_unit_day_and_way_to_bound_a_price(language: str) -> None:
    words = load(language)
    known = {*MASS, *VOLUME, *COUNT, "piece", "pack", "dozen"}
    assert set(words.units.values()) <= known
    assert {"lb", "kg", "g", "oz", "l", "ml", "dozen", "pack", "piece"} <= set(words.units.values())
    assert {amount.unit for _, amount in words.fixed} <= known
    assert {*words.days.values()} == {1, 2, 3, 4, 5, 6, 7}
    assert {-1, 0, 1} <= {*words.offsets.values()}
    assert {kind for kind, _ in words.price} == {"between", "under", "over", "about", "at"}


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("de", "heute", date(2026, 11, 21)),
        ("de", "Übermorgen", date(2026, 11, 23)),
        ("de", "Freitag", date(2026, 11, 27)),
        ("fr", "aujourd'hui", date(2026, 11, 21)),
        ("fr", "après-demain", date(2026, 11, 23)),
        ("fr", "dimanche", date(2026, 11, 22)),
        ("es", "mañana", date(2026, 11, 22)),
        ("es", "miércoles", date(2026, 11, 25)),
        ("it", "domani", date(2026, 11, 22)),
        ("it", "lunedì", date(2026, 11, 23)),
        ("pt", "amanhã", date(2026, 11, 22)),
        ("pt", "segunda-feira", date(2026, 11, 23)),
        ("nl", "gisteren", date(2026, 11, 20)),
        ("nl", "zaterdag", date(2026, 11, 21)),
        ("ar", "بكرة", date(2026, 11, 22)),
        ("ar", "الأحد", date(2026, 11, 22)),
        ("hi", "कल", date(2026, 11, 22)),
        ("hi", "शुक्रवार", date(2026, 11, 27)),
        ("ja", "明日", date(2026, 11, 22)),
        ("ja", "金曜日", date(2026, 11, 27)),
        ("ja", "いつか", None),
    ],
)
def test_a_day_is_known_by_its_name(language: str, said: str, expected: date | None) -> None:
    assert day(said, words=load(language), today=NOW.date()) == expected


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("en", "half a pound", (500, "lb")),
        ("en", "oat milk", None),
        ("de", "ein halbes Pfund", (250_000, "g")),
        ("de", "zwei Liter", (2000, "l")),
        ("fr", "une douzaine", (12_000, "ct")),
        ("es", "cuarto y mitad", (375_000, "g")),
        ("ar", "علبتين", (2000, "pack")),
        ("hi", "डेढ़ लीटर", (1500, "l")),
        ("ja", "半ダース", (6000, "ct")),
    ],
)
def test_an_amount_is_known_without_its_product(
    language: str, said: str, expected: tuple[int, str] | None
) -> None:
    amount = whole_amount(said, words=load(language))
    assert (amount and (amount.milli, amount.unit)) == expected


@every_language
@settings(deadline=None)
@given(data=st.data())
def test_any_text_is_understood_somehow_and_once(language: str, data: st.DataObject) -> None:
    spoken = st.lists(st.sampled_from(lists(language)), max_size=8).map(" ".join)
    query = read(data.draw(st.text() | spoken), language)
    assert query.text == " ".join(query.text.split())
    assert query.low is None or query.high is None or query.low <= query.high
    assume(query.amount is None and not query.bounded and fold(query.text) == query.text)
    again = read(query.text, language)
    assume(again.amount is None and not again.bounded)
    assert again.text == query.text


@every_language
@settings(deadline=None)
@given(whole=st.integers(min_value=1, max_value=9999))
def test_a_price_that_is_said_is_the_bound(language: str, whole: int) -> None:
    under, over = (read(said.format(whole), language) for said in PRICES[language])
    minor = whole if language == "ja" else whole * 100
    assert (under.low, under.high, over.low, over.high) == (None, minor, minor, None)
    assert under.text == over.text == ""
