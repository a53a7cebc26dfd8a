"""The components every page is made of.  `{% load ui %}`; one template of the same name in templates/components/.

A component takes words that are already translated, and knows nothing of the domain.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from whistle.ui.assets import asset
from whistle.ui.icons import ICONS

register = template.Library()


# ——— files ———


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """`{% stylesheet "reporter" %}`: the style sheet, with its integrity."""
    it = asset(f"{name}.css")
    return format_html(
        '<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">', it.url, it.integrity
    )


@register.simple_tag
def script(name: str) -> SafeString:
    """`{% script "reporter" %}`: the module, with its integrity; runs when the page has been read."""
    it = asset(f"{name}.js")
    return format_html(
        '<script type="module" src="{}" integrity="{}" crossorigin="anonymous"></script>',
        it.url,
        it.integrity,
    )


@register.simple_tag
def asset_url(file: str) -> str:
    """`{% asset_url "reporter-worker.js" %}`: the address of a built file."""
    return asset(file).url


# ——— small marks ———


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "next" %}`: an icon beside a word, hidden from screen readers.  Raises KeyError for an unknown name."""
    strokes = mark_safe(ICONS[name])  # noqa: S308  (a constant of ours)
    return format_html('<svg class="w-ico" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', strokes)


@register.simple_tag
def ring(sealed: int = 0) -> SafeString:
    """`{% ring 80 %}`: the seal, 0 (open) to 100 (closed, with its dot)."""
    dot = mark_safe('<circle class="d" cx="10" cy="10" r="3.2"/>') if sealed >= 100 else ""
    return format_html(
        '<svg class="w-ring" viewBox="0 0 20 20" aria-hidden="true"><circle class="t" cx="10" cy="10" r="7.5"/>'
        '<circle class="v" cx="10" cy="10" r="7.5" pathLength="100" stroke-dashoffset="{}"/>{}</svg>',
        100 - min(max(sealed, 0), 100),
        dot,
    )


@register.simple_block_tag
def seal(content: SafeString, *, sealed: int = 100) -> SafeString:
    """`{% seal sealed=80 %}…{% endseal %}`: the ring with its words."""
    return format_html('<p class="w-seal">{}<span>{}</span></p>', ring(sealed), content)


@register.simple_tag
def call(words: str) -> SafeString:
    """`{% call words %}`: the amber mark; means "this needs you" and nothing else."""
    return format_html('<span class="w-call">{}</span>', words)


@register.simple_tag
def tag(words: str, *, shape: str = "", color: str = "neutral") -> SafeString:
    """`{% tag words shape="half" color="accent" %}`: a state in a box; shape is an icon's name."""
    return format_html(
        '<span class="ds-tag" data-color="{}">{}{}</span>', color, icon(shape) if shape else "", words
    )


@register.simple_tag
def status(words: str, *, shape: str = "todo") -> SafeString:
    """`{% status words shape="done" %}`: a state as shape and word, without a box."""
    return format_html('<span class="w-st">{}{}</span>', icon(shape), words)


# ——— parts ———


@register.simple_tag
def mark(name: str, *, under: str = "", href: str = "/") -> SafeString:
    """`{% mark organisation.name under=… href=… %}`: the organisation's sign and name, a link home."""
    return render_to_string("components/mark.html", {"name": name, "under": under, "href": href})


@register.simple_tag
def person(name: str, role: str, *, off: bool = False) -> SafeString:
    """`{% person name role %}`: a list item with face; `off=True` for somebody without a key."""
    return render_to_string(
        "components/person.html", {"name": name, "role": role, "off": off, "initials": initials(name)}
    )


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last name.

    >>> initials("Kari Anne Lie"), initials("Bo"), initials("")
    ('KL', 'B', '')
    """
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.simple_tag
def strip(spent: int, of: int, *, words: str, kind: str = "") -> SafeString:
    """`{% strip 5 7 words="5 of 7 days are gone" kind="call" %}`: one cell a day or a week.

    kind: "" running, "call" in its last days, "done" met (the cells left over are dotted).
    """
    on, off = ("", "off") if kind == "done" else ("on", "")
    cells = format_html_join("", '<i class="{}"></i>', ((on if n < spent else off,) for n in range(of)))
    return format_html('<div class="w-strip {}" role="img" aria-label="{}">{}</div>', kind, words, cells)


@register.simple_tag
def clock(
    title: str, *, left: str, spent: int, of: int, words: str, note: str = "", kind: str = ""
) -> SafeString:
    """`{% clock title left="9 days" spent=21 of=30 words="21 of 30 days are gone" note="…" %}`: a deadline."""
    context = {"title": title, "left": left, "note": note}
    return render_to_string(
        "components/clock.html", {**context, "strip": strip(spent, of, words=words, kind=kind)}
    )


@register.simple_block_tag
def card(content: SafeString, *, title: str, level: int = 2, call: bool = False) -> SafeString:
    """`{% card title=… %}…{% endcard %}`: a titled box; `call=True` for the next step that needs you."""
    return render_to_string(
        "components/card.html", {"content": content, "title": title, "level": level, "call": call}
    )


@register.simple_block_tag
def panel(content: SafeString, *, title: str, note: str = "", level: int = 2) -> SafeString:
    """`{% panel title=… note=… %}…{% endpanel %}`: a framed part with a tinted head (people and keys)."""
    return render_to_string(
        "components/panel.html", {"content": content, "title": title, "note": note, "level": level}
    )


@register.simple_block_tag
def alert(content: SafeString, *, title: str = "", color: str = "info", level: int = 2) -> SafeString:
    """`{% alert title=… color="danger" %}…{% endalert %}`: something to know; danger only when something is wrong."""
    return render_to_string(
        "components/alert.html", {"content": content, "title": title, "color": color, "level": level}
    )


@register.simple_block_tag
def check(content: SafeString, *, title: str, state: str = "done", figure: str = "") -> SafeString:
    """`{% check title=… state="done|wait|failed" figure="2 of 3" %}…{% endcheck %}`: one line of a verification."""
    return render_to_string(
        "components/check.html", {"content": content, "title": title, "state": state, "figure": figure}
    )


@register.simple_tag
def meter(
    value: float, *, goal: float | None = None, words: str, note: str = "", proof: str = ""
) -> SafeString:
    """`{% meter 98 goal=100 words="98 %" note="…" proof=url %}`: a share of 100, with its goal as a line."""
    return render_to_string(
        "components/meter.html", {"value": value, "goal": goal, "words": words, "note": note, "proof": proof}
    )
