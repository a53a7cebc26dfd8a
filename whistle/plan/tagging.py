"""What WeasyPrint leaves out of a tagged PDF and PDF/UA-1 asks for (ISO 14289-1, 7.5 and 7.8).

Header cells say whether they head a column or a row; what stands in the margin of each page is marked as an artifact,
so that a screen reader does not read the page number in the middle of a sentence.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def finish(_document: Any, pdf: Any) -> None:
    """Put in place what is missing; WeasyPrint calls this before it writes the file."""
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    tree = list(_below(pdf, root))
    for element in tree:
        if element.get("S") == "/TH":
            element["A"]["Scope"] = "/Column" if _in_head(pdf, element) else "/Row"
    read = {(element["Pg"], kid) for element in tree for kid in element["K"] if isinstance(kid, int)}
    for reference in pdf.page_references:
        content = _at(pdf, _at(pdf, reference)["Contents"])
        mine = {kid for page, kid in read if page == reference}
        _without_margins(content.stream, mine)


def _at(pdf: Any, reference: bytes | str) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else reference
    return pdf.objects[int(text.split()[0])]


def _below(pdf: Any, element: Mapping[str, Any]) -> Iterator[Any]:
    for kid in element["K"]:
        if isinstance(kid, bytes):
            found = _at(pdf, kid)
            if found.get("Type") == "/StructElem":
                yield found
                yield from _below(pdf, found)


def _in_head(pdf: Any, cell: Mapping[str, Any]) -> bool:
    row = _at(pdf, cell["P"])
    return bool(_at(pdf, row["P"]).get("S") == "/THead")


def _without_margins(stream: list[Any], mine: set[int]) -> None:
    """Make artifacts of a page's marked parts that nothing in the tree has the number of."""
    for place, line in enumerate(stream):
        if line == b"BDC" and stream[place - 1].get("MCID") not in mine:
            stream[place - 2 : place] = [b"/Artifact", b"<</Type /Pagination>>"]
