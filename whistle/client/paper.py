"""The sheets of a key as pages to be printed: one sheet a page, words numbered, nothing loaded from anywhere."""

from html import escape
from pathlib import Path

STYLE = (
    "body{font:16px/1.5 sans-serif;margin:24mm}section{page-break-after:always;break-after:page}"
    "h1{font-size:20px}ol{columns:3;font:18px/2 monospace;padding-left:3em}p{max-width:42em}"
)
WHAT = (
    "Keep this sheet where only you can find it, apart from the others. {threshold} of {sheets} sheets together give the "
    "key back; fewer say nothing about it. Nobody ever asks for it by mail or telephone."
)


def pages(texts: list[str], *, organisation: str, key: str, threshold: int = 3) -> str:
    """Return one HTML document with a page for each sheet of a key.

    >>> pages(["academic acid"], organisation="Fjellvik", key="ordinary").count("<li>")
    2
    """
    made = [
        f"<section><h1>{escape(organisation)}: {escape(key)} recovery key, sheet {number} of {len(texts)}</h1>"
        f"<p>{WHAT.format(threshold=threshold, sheets=len(texts))}</p>"
        f"<ol>{''.join(f'<li>{escape(word)}</li>' for word in text.split())}</ol></section>"
        for number, text in enumerate(texts, 1)
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Sheets</title><style>{STYLE}</style>'
    return head + "".join(made) + "</html>"


def write(folder: Path, texts: list[str], *, organisation: str, key: str, threshold: int = 3) -> Path:
    """Write the pages into a folder that only its owner can read, as a PDF too where one can be made; return the HTML."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{key}.html"
    path.touch(mode=0o600)
    html = pages(texts, organisation=organisation, key=key, threshold=threshold)
    path.write_text(html)
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # without Pango: print the page from a browser
        return path
    pdf = path.with_suffix(".pdf")
    pdf.touch(mode=0o600)
    HTML(string=html).write_pdf(pdf)
    return path
