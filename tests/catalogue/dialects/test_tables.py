"""What is peculiar to the tables of Google, Meta, OpenAI, Shopify, WooCommerce and Magento."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skill.catalogue.problem import Problem
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from tests.catalogue.dialects.reading import codes, feed_of, products_of, read

META = "id,title,price,availability,visibility,status,quantity_to_sell_on_facebook,google_product_category"


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ("in stock,published,active,4,", 4),
        ("available for order,,,4,", 0),
        ("preorder,,,,", 0),
        ("in stock,,,,", None),
    ],
)
def test_meta_orderable_later_is_not_in_stock(cells: str, stock: int | None) -> None:
    (product,) = products_of(f"{META}\na,A,1 USD,{cells}\n")
    assert product.stock == stock


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("in stock,hidden,,,", "visibility"),
        ("in stock,,archived,,", "status"),
        ("discontinued,,,,", "availability"),
    ],
)
def test_meta_hidden_archived_and_discontinued_products_are_left_out(cells: str, field: str) -> None:
    assert codes(f"{META}\na,A,1 USD,{cells}\n") == [(1, field, "left_out")]


def test_meta_is_told_in_xml_by_what_it_alone_has() -> None:
    item = "<g:id>a</g:id><g:title>A</g:title><g:price>1 USD</g:price>"
    content = f"<rss><channel><item>{item}<g:quantity_to_sell_on_facebook>4</g:quantity_to_sell_on_facebook>"
    feed = feed_of(f"{content}</item></channel></rss>")
    assert (feed.dialect, feed.form) == ("meta", "xml")
    (product,) = feed.items
    assert isinstance(product, Product)
    assert product.stock == 4


def test_googles_category_stands_in_where_the_merchant_names_none() -> None:
    worded, numbered = products_of(f"{META}\na,A,1 USD,,,,,Food > Milk\nb,B,1 USD,,,,,412\n")
    assert (worded.category, numbered.category) == (("Food", "Milk"), ())


def test_openai_options_may_stand_in_one_cell_and_what_is_hidden_is_left_out() -> None:
    header = "item_id,title,price,availability,variant_dict,is_eligible_search,is_eligible_checkout"
    row = 'a,Tee,95.00 USD,in_stock,"{""Color"": ""Red"", ""Size"": ""M""}",true,false'
    product, problem = read(f"{header}\n{row}\nb,Tee,95.00 USD,in_stock,,false,false\n")
    assert isinstance(product, Product)
    assert (product.colour, product.size) == ("Red", "M")
    assert isinstance(problem, Problem)
    assert (problem.field, problem.code, problem.level) == ("is_eligible_search", "left_out", "warning")


def test_openai_unknown_availability_counts_as_sold_out_and_is_told() -> None:
    doubt, product = read("item_id,title,price,availability\na,A,1 USD,unknown\n")
    assert isinstance(doubt, Problem)
    assert doubt.code == "availability_unknown"
    assert isinstance(product, Product)
    assert product.stock == 0


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
    "Variant Price,Variant Compare At Price,Image Src,Status\n"
)


def shopify(*rows: str) -> str:
    return SHOPIFY + "".join(row + "\n" for row in rows)


def test_shopify_variants_below_the_first_row_take_its_texts_and_option_names() -> None:
    first, second = products_of(
        shopify(
            "tee,Tee,<p>Soft &amp; light</p>,Acme,Shirts,TRUE,Color,Red,Size,S,r-s,200,shopify,5,deny,"
            "19.99,24.99,,active",
            ",,,,,,,Blue,,M,b-m,200,shopify,2,deny,19.99,,,",
        ),
        currency="USD",
    )
    assert first == Product(
        sku="r-s",
        title="Tee, Red, S",
        price=Money(2499, "USD"),
        offer=Offer(Money(1999, "USD")),
        brand="Acme",
        category=("Shirts",),
        description="Soft & light",
        group="tee",
        colour="Red",
        size="S",
        stock=5,
    )
    assert (second.title, second.group, second.colour, second.offer) == ("Tee, Blue, M", "tee", "Blue", None)


def test_shopify_rows_with_a_picture_alone_are_no_variants() -> None:
    assert (
        len(read(shopify("a,A,,,,,,,,,a-1,,,,,1,,,", "a,,,,,,,,,,,,,,,,,https://x/2.jpg,"), currency="USD"))
        == 1
    )


@pytest.mark.parametrize(
    ("tracker", "quantity", "policy", "stock"),
    [
        ("shopify", "5", "deny", 5),
        ("shopify", "-3", "deny", 0),
        ("shopify", "0", "continue", None),
        ("", "0", "deny", None),
        ("shopify", "", "deny", None),
    ],
)
def test_shopify_counts_what_is_tracked_and_not_sold_beyond_stock(
    tracker: str, quantity: str, policy: str, stock: int | None
) -> None:
    (product,) = products_of(shopify(f"a,A,,,,,,,,,a-1,,{tracker},{quantity},{policy},1,,,"), currency="USD")
    assert product.stock == stock


@pytest.mark.parametrize(
    ("published", "status", "field", "state"),
    [
        ("TRUE", "draft", "Status", "draft"),
        ("TRUE", "archived", "Status", "archived"),
        ("FALSE", "active", "Published", "not published"),
    ],
)
def test_shopify_products_not_on_sale_are_left_out(
    published: str, status: str, field: str, state: str
) -> None:
    (problem,) = read(shopify(f"a,A,,,,{published},,,,,a-1,,,,,1,,,{status}"), currency="USD")
    assert isinstance(problem, Problem)
    assert (problem.field, problem.code, problem.values["state"]) == (field, "left_out", state)


def test_shopify_names_no_currency_so_without_one_stated_nothing_is_sold() -> None:
    assert codes(shopify("a,A,,,,,,,,,a-1,,,,,1,,,")) == [(1, "Variant Price", "no_currency")]


def test_shopify_a_variant_without_sku_is_known_by_handle_and_options_and_told() -> None:
    doubt, product = read(shopify("tee,Tee,,,,,Color,Red,,,,,,,,1,,,"), currency="USD")
    assert isinstance(doubt, Problem)
    assert (doubt.field, doubt.code) == ("Variant SKU", "no_sku")
    assert isinstance(product, Product)
    assert product.sku == "tee-Red"


def test_shopify_an_old_price_below_the_price_is_no_offer_and_no_mistake() -> None:
    (product,) = read(shopify("a,A,,,,,,,,,a-1,,,,,10,8,,"), currency="USD")
    assert isinstance(product, Product)
    assert (product.price, product.offer) == (Money(1000, "USD"), None)


def test_shopify_postal_weight_is_not_what_a_piece_holds_but_the_unit_price_measure_is() -> None:
    header = "URL handle,Title,SKU,Price,Compare-at price,Weight value (grams),Unit price total measure,"
    content = f"{header}Unit price total measure unit\na,A,a-1,1,,900,750,ml\nb,B,b-1,1,,900,,\n"
    first, second = products_of(content, currency="EUR")
    assert (first.measure, second.measure) == (Measure(750_000, "ml"), None)


WOO = (
    "ID,Type,SKU,Name,Published,Visibility in catalog,Description,Date sale price starts,"
    "Date sale price ends,In stock?,Stock,Backorders allowed?,Sale price,Regular price,Categories,"
    "Parent,Attribute 1 name,Attribute 1 value(s)\n"
)


def woo(*rows: str) -> str:
    return WOO + "".join(row + "\n" for row in rows)


def test_woocommerce_a_variation_finds_its_parent_wherever_it_stands_and_however_it_is_named() -> None:
    found = products_of(
        woo(
            "11,variation,tee-r,,1,visible,,,,1,3,0,,9,,tee,Color,Red",
            '10,variable,tee,T-Shirt,1,visible,<p>Soft</p>,,,1,7,0,,,"Clothes, Clothes > Tees",'
            ",Color,Red|Blue",
            "12,variation,tee-b,,1,visible,,,,1,parent,0,,9,,id:10,Color,Blue",
        ),
        currency="EUR",
    )
    assert {(product.sku, product.title, product.group, product.stock) for product in found} == {
        ("tee-r", "T-Shirt, Red", "tee", 3),
        ("tee-b", "T-Shirt, Blue", "tee", 7),
    }
    assert {product.category for product in found} == {("Clothes", "Tees")}
    assert {product.description for product in found} == {"Soft"}


def test_woocommerce_a_variation_without_its_parent_is_told_and_kept() -> None:
    doubt, product = read(woo("11,variation,r,Tee - Red,1,,,,,1,,0,,9,,nobody,Color,Red"), currency="EUR")
    assert isinstance(doubt, Problem)
    assert (doubt.field, doubt.code, doubt.level) == ("Parent", "parent_missing", "warning")
    assert isinstance(product, Product)


def test_woocommerce_a_list_of_values_is_no_variant() -> None:
    (product,) = products_of(woo('1,simple,a,A,1,,,,,1,,0,,9,,,Color,"Red, Blue"'), currency="EUR")
    assert product.colour == ""


@pytest.mark.parametrize(
    ("cells", "stock"),
    [("1,5,0", 5), ("0,,0", 0), ("backorder,,notify", 0), ("1,,0", None), ("1,-2,1", None), ("1,-2,0", 0)],
)
def test_woocommerce_stock_is_what_can_be_had_now(cells: str, stock: int | None) -> None:
    (product,) = products_of(woo(f"1,simple,a,A,1,,,,,{cells},,9,,,,"), currency="EUR")
    assert product.stock == stock


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("1,simple,a,A,0,visible,,,,1,,0,,9,,,,", "Published", "left_out"),
        ("1,simple,a,A,-1,visible,,,,1,,0,,9,,,,", "Published", "left_out"),
        ("1,simple,a,A,1,hidden,,,,1,,0,,9,,,,", "Visibility in catalog", "left_out"),
        ("1,grouped,a,A,1,visible,,,,1,,0,,,,,,", "Type", "sold_elsewhere"),
        ("1,external,a,A,1,visible,,,,1,,0,,9,,,,", "Type", "sold_elsewhere"),
    ],
)
def test_woocommerce_what_is_not_sold_here_is_left_out_and_said_so(row: str, field: str, code: str) -> None:
    assert codes(woo(row), currency="EUR") == [(1, field, code)]


def test_woocommerce_sale_days_are_whole_and_may_be_open() -> None:
    rows = (
        "1,simple,a,A,1,,,2026-11-01,2026-11-30,1,,0,8,9,,,,",
        "2,simple,b,B,1,,,,2026-11-30,1,,0,8,9,,,,",
    )
    both, until = products_of(woo(*rows), currency="EUR")
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    assert both.offer == Offer(Money(800, "EUR"), datetime(2026, 11, 1, tzinfo=UTC), ends)
    assert until.offer == Offer(Money(800, "EUR"), None, ends)


MAGENTO = (
    "sku,store_view_code,attribute_set_code,product_type,categories,name,description,product_online,visibility,"
    "price,special_price,special_price_from_date,special_price_to_date,additional_attributes,qty,manage_stock,"
    "allow_backorders,is_in_stock,configurable_variations\n"
)


def magento(*rows: str) -> str:
    return MAGENTO + "".join(row + "\n" for row in rows)


def test_magento_variations_take_group_options_and_texts_from_a_product_below_them() -> None:
    attributes = '"manufacturer=Acme,material=Cotton, soft"'
    (product,) = products_of(
        magento(
            "s-b,,Default,simple,,Shirt Black,,1,Not Visible Individually,12.0000,,,,"
            f"{attributes},8.0000,1,0,1,",
            'shirt,,Default,configurable,"Root,Root/Gear,Root/Gear/Tops",Shirt,<b>Nice</b>,1,Catalog,'
            ',,,,,0,1,0,1,"sku=s-b,color=Black,size=M|sku=s-r,color=Red"',
        ),
        currency="USD",
    )
    assert product == Product(
        sku="s-b",
        title="Shirt Black",
        price=Money(1200, "USD"),
        brand="Acme",
        category=("Gear", "Tops"),
        description="Nice",
        group="shirt",
        colour="Black",
        size="M",
        stock=8,
    )


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ('a,,Default,simple,,A,,2,"Catalog, Search",1,,,,,1,1,0,1,', "product_online", "left_out"),
        ("a,,Default,simple,,A,,1,Not Visible Individually,1,,,,,1,1,0,1,", "visibility", "left_out"),
        ('a,,Default,bundle,,A,,1,"Catalog, Search",,,,,,1,1,0,1,', "product_type", "sold_elsewhere"),
        ("a,german,Default,simple,,Hemd,,,,,,,,,,,,,", "store_view_code", "other_view"),
    ],
)
def test_magento_what_is_not_sold_here_is_left_out_and_said_so(row: str, field: str, code: str) -> None:
    assert codes(magento(row), currency="USD") == [(1, field, code)]


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ("8.0000,1,0,1", 8),
        ("8.0000,1,0,0", 0),
        ("0.0000,0,0,1", None),
        ("-2.0000,1,0,1", 0),
        ("0.0000,1,1,1", None),
    ],
)
def test_magento_counts_what_it_manages_and_does_not_sell_beyond_stock(cells: str, stock: int | None) -> None:
    (product,) = products_of(magento(f"a,,Default,simple,,A,,1,Search,1,,,,,{cells},"), currency="USD")
    assert product.stock == stock


def test_magento_american_dates_count_where_the_day_tells_and_else_cost_the_sale_price() -> None:
    rows = (
        "a,,Default,simple,,A,,1,Search,2,1,11/25/2026,,,1,1,0,1,",
        "b,,Default,simple,,B,,1,Search,2,1,1/2/2026,,,1,1,0,1,",
    )
    items = read(magento(*rows), currency="USD")
    told, dated, unclear, plain = items
    assert isinstance(told, Problem)
    assert told.code == "no_time_zone"
    assert isinstance(dated, Product)
    assert dated.offer == Offer(Money(100, "USD"), datetime(2026, 11, 25, tzinfo=UTC), None)
    assert isinstance(unclear, Problem)
    assert (unclear.field, unclear.code) == ("special_price_from_date", "sale_date_unknown")
    assert isinstance(plain, Product)
    assert plain.offer is None


def test_several_lines_in_a_long_text_belong_to_it_in_every_table() -> None:
    (product,) = products_of(shopify('a,A,"<p>one</p>\n<p>two</p>",,,,,,,,a-1,,,,,1,,,'), currency="USD")
    assert product.description == "one two"
