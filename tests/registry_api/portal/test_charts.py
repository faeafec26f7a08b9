"""Charts: well-formed SVG without style attributes, whose bars say what the table says."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from tanhui.registry_api.portal.charts import HEIGHT, Bar, axis_values, bars, ceiling

SVG = "{http://www.w3.org/2000/svg}"


@given(st.integers(0, 10**18))
def test_the_ceiling_is_enough_and_not_much_more(value: int) -> None:
    top = ceiling(value)
    assert max(value, 4) <= top < max(value, 4) * 2 + 1


@given(st.lists(st.integers(0, 10**12), max_size=36))
def test_a_chart_is_well_formed_and_stays_in_its_box(values: list[int]) -> None:
    found = [Bar(f"m{place}", value, str(value)) for place, value in enumerate(values)]
    markup = bars("c", found, title="T<1>", description="D&d", axis=[str(v) for v in axis_values(found)])
    root = ElementTree.fromstring(str(markup))
    assert root.attrib["role"] == "img"
    assert [node.text for node in root if node.tag == "title"] == ["T<1>"]
    drawn = [node for node in root if node.tag == "rect"]
    assert len(drawn) == len(values)
    for bar, node in zip(found, drawn, strict=True):
        assert node[0].text == f"{bar.label} {bar.text}"
        assert float(node.attrib["y"]) >= 0
        assert float(node.attrib["y"]) + float(node.attrib["height"]) <= HEIGHT
    assert all("style" not in node.attrib for node in root.iter())
