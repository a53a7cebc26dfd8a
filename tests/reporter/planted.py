"""Files of every kind we clean, each with a name and a place in every hidden corner, and ways to look into them."""

import io
import re
import struct
import zipfile
import zlib

import pillow_heif
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image

SECRET = "KariPlantedNordmann"  # stands in every hidden corner


GPS = b"59.913868N"


PLANTED = (SECRET.encode(), GPS, SECRET.encode("utf-16-le"), SECRET.encode("utf-16-be"))


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{SECRET}</dc:creator></x:xmpmeta>'.encode()


ORIENTATION = 0x0112


def pixels() -> Image.Image:
    return Image.effect_mandelbrot((48, 32), (-2, -1, 1, 1), 30).convert("RGB")


def exif(orientation: int = 6) -> Image.Exif:
    made = Image.Exif()
    made[0x013B] = SECRET  # artist
    made[0x010F] = SECRET  # maker of the camera
    made[ORIENTATION] = orientation
    made.get_ifd(0x8825)[29] = GPS.decode()  # place
    return made


def jpeg(**options: object) -> bytes:
    out = io.BytesIO()
    pixels().save(
        out, "JPEG", exif=exif(), xmp=XMP, comment=SECRET.encode(), icc_profile=PLANTED[0] * 9, **options
    )
    iptc = b"Photoshop 3.0\x00" + SECRET.encode()
    whole = out.getvalue()
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return whole[:2] + segment + whole[2:] + b"after the end " + GPS


def png() -> bytes:
    out = io.BytesIO()
    pixels().save(out, "PNG", exif=exif())
    whole = out.getvalue()

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    texts = chunk(b"tEXt", b"Author\0" + SECRET.encode()) + chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    )
    return whole[:33] + texts + whole[33:] + GPS


def webp() -> bytes:
    out = io.BytesIO()
    pixels().save(out, "WEBP", exif=exif(), xmp=XMP, lossless=True)
    return out.getvalue()


def pdf() -> bytes:
    """An author, XMP, a comment, an earlier version whose text was replaced, and a photo with a place."""
    photo = jpeg()
    xmp = zlib.compress(XMP)
    old, new = f"({SECRET} revision) Tj".encode(), b"BT (Invoice) Tj ET"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Annots[8 0 R]"
        b"/Resources<</XObject<</P 7 0 R>>>>/PieceInfo<</X(" + SECRET.encode() + b")>>>>",
        4: b"<</Length %d>>stream\n%s\nendstream" % (len(old), old),
        5: b"<</Type/Metadata/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(xmp), xmp),
        6: b"<</Author(" + SECRET.encode() + b")/Producer(" + SECRET.encode() + b")>>",
        7: b"<</Subtype/Image/Width 48/Height 32/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
        b"/Length %d>>stream\n%s\nendstream" % (len(photo), photo),
        8: b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(note)/T(" + SECRET.encode() + b")>>",
    }
    trailer = b"trailer<</Root 1 0 R/Size 9/Info 6 0 R/ID[(" + GPS + b")(" + GPS + b")]"
    whole, places = b"%PDF-1.4\n", {}
    for number, content in objects.items():
        places[number] = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    first = len(whole)
    rows = b"".join(b"%010d 00000 n \n" % places[number] for number in objects)
    whole += b"xref\n0 9\n0000000000 65535 f \n" + rows + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % first
    again = len(whole)
    whole += b"4 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (len(new), new)
    second = len(whole)
    whole += b"xref\n4 1\n%010d 00000 n \n" % again
    return whole + trailer + b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (first, second)


def docx() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    body = (
        f'<w:document xmlns:w="{word}"><w:body><w:p w:rsidR="00{GPS.decode()}"><w:ins w:id="1" w:author="{SECRET}" '
        f'w:date="2026-01-01T00:00:00Z"><w:r><w:t>Invoice</w:t></w:r></w:ins></w:p></w:body></w:document>'
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": body,
        "word/comments.xml": f'<w:comments xmlns:w="{word}"><w:comment w:initials="{SECRET}" w:author="{SECRET}"/></w:comments>',
        "word/people.xml": f"<people>{SECRET}</people>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{core}"><cp:lastModifiedBy>{SECRET}</cp:lastModifiedBy></cp:coreProperties>',
        "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>",
        "docProps/custom.xml": f"<Properties>{SECRET}</Properties>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = SECRET.encode()
        for path, content in parts.items():
            archive.writestr(path, content)
        archive.writestr("word/media/image1.jpeg", jpeg())
    return out.getvalue()


def xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    book.active["A1"] = "Invoice"  # type: ignore[index]
    book.active["A1"].comment = Comment("look", SECRET)  # type: ignore[index]
    book.save(out)
    return out.getvalue()


def box(name: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I", 8 + len(content)) + name + content


def mp4() -> bytes:
    handler = box(b"hdlr", bytes(8), b"vide", bytes(12), SECRET.encode(), b"\0")
    track = box(b"trak", box(b"tkhd", bytes(4), b"TIMETIME", bytes(72)), box(b"mdia", handler))
    place = box(b"udta", box(b"\xa9xyz", GPS), box(b"meta", SECRET.encode()))
    return (
        box(b"ftyp", b"isom", bytes(4), b"isom")
        + box(b"mdat", bytes(range(256)) * 99)
        + box(b"moov", box(b"mvhd", bytes(4), b"TIMETIME", bytes(88)), track, place)
        + box(b"uuid", bytes(16), XMP)
    )


def heic() -> bytes:
    """As a phone writes it: Exif and XMP are items of their own, far from the picture."""
    made = pillow_heif.from_pillow(pixels())
    out = io.BytesIO()
    made.save(out, exif=exif(1).tobytes(), xmp=XMP, quality=90)
    return out.getvalue()


def avif() -> bytes:
    out = io.BytesIO()
    pixels().save(out, "AVIF", exif=exif(1), xmp=XMP, quality=90)
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    frames = [pixels().quantize(8), pixels().rotate(90).resize((48, 32)).quantize(8)]
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=99, comment=SECRET.encode()
    )
    whole = out.getvalue()
    program = b"\x21\xff\x0bXMP DataXMP" + bytes([len(XMP)]) + XMP + b"\0"
    return whole[:-1] + program + b";" + GPS


def wav() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
    label = chunk(b"LIST", b"INFOIART" + struct.pack("<I", len(SECRET)) + SECRET.encode())
    parts = b"WAVE" + form + label + chunk(b"data", bytes(range(256)) * 9) + chunk(b"bext", GPS)
    return b"RIFF" + struct.pack("<I", len(parts)) + parts


SOUND = b"".join(b"\xff\xfb\x90\x00" + bytes([n]) * 413 for n in range(1, 9))  # 128 kbit/s, 44.1 kHz


def mp3() -> bytes:
    label = b"ID3\x04\0\0\0\0\0\x40" + (b"TPE1" + SECRET.encode()).ljust(64, b"\0")
    made_by = (b"\xff\xfb\x90\x00" + bytes(32) + b"Info" + SECRET.encode()).ljust(417, b"\0")
    return label + made_by + SOUND + b"TAG" + SECRET.encode().ljust(125, b"\0")


FILES = {
    "a.jpg": jpeg(),
    "progressive.jpg": jpeg(progressive=True),
    "b.png": png(),
    "c.webp": webp(),
    "d.pdf": pdf(),
    "e.docx": docx(),
    "f.xlsx": xlsx(),
    "g.mp4": mp4(),
    "h.heic": heic(),
    "i.avif": avif(),
    "j.gif": gif(),
    "k.wav": wav(),
    "l.mp3": mp3(),
}


def unpacked(octets: bytes) -> bytes:
    """Everything in a file that a curious reader could find: its octets, and what is packed inside."""
    found = [octets]
    if octets[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    for match in re.finditer(rb"stream\r?\n", octets):
        try:
            found.append(zlib.decompressobj().decompress(octets[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def pixels_of(octets: bytes) -> list[bytes]:
    """Every frame of a picture, decoded."""
    pillow_heif.register_heif_opener()
    picture = Image.open(io.BytesIO(octets))
    frames = []
    for n in range(getattr(picture, "n_frames", 1)):
        picture.seek(n)
        frames.append(picture.convert("RGB").tobytes())
    return frames
