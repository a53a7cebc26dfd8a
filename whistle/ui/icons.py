"""The icons: strokes on a 20 by 20 field, drawn for this project.  No icon font, no requests."""

ICONS = {
    # ways to go
    "next": '<path d="m8 4 6 6-6 6"/>',
    "back": '<path d="M12 4 6 10l6 6"/>',
    "leave": '<path d="M7 5h8v8M15 5 5 15"/>',
    "up": '<path d="M10 15.5v-11m0 0L5.5 9M10 4.5 14.5 9"/>',
    "down": '<path d="M10 4.5v11m0 0L5.5 11m4.5 4.5 4.5-4.5"/>',
    "same": '<path d="M4.5 10h11m0 0L11 5.5m4.5 4.5L11 14.5"/>',
    # things to do
    "clip": '<path d="M14.5 9.5 9 15a3.2 3.2 0 0 1-4.5-4.5l6.3-6.3a2.2 2.2 0 0 1 3.1 3.1L8 13.2"/>',
    "microphone": '<rect x="7.5" y="3" width="5" height="8.5" rx="2.5"/><path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5"/>',
    "camera": '<path d="M3 7h3l1.5-2.5h5L14 7h3v9H3z"/><circle cx="10" cy="11.3" r="2.8"/>',
    "copy": '<rect x="7" y="7" width="9" height="9" rx="1.5"/><path d="M4 13V5.5A1.5 1.5 0 0 1 5.5 4H13"/>',
    "print": '<path d="M6 8V3.5h8V8M6 14H3.5V8h13v6H14"/><path d="M6 12h8v4.5H6z"/>',
    "download": '<path d="M10 3.5v9m0 0 3.5-3.5M10 12.5 6.5 9M4 16.5h12"/>',
    "hide": '<path d="M3 10s2.6-4.5 7-4.5S17 10 17 10s-2.6 4.5-7 4.5S3 10 3 10zM4 16 16 4"/>',
    "show": '<path d="M3 10s2.6-4.5 7-4.5S17 10 17 10s-2.6 4.5-7 4.5S3 10 3 10z"/><circle cx="10" cy="10" r="2"/>',
    "calendar": '<rect x="3.5" y="5" width="13" height="11.5" rx="1.5"/><path d="M3.5 8.5h13M7 3v3.5M13 3v3.5"/>',
    "search": '<circle cx="9" cy="9" r="5"/><path d="m13 13 3.5 3.5"/>',
    # how far something has come: always beside the word
    "todo": '<circle cx="10" cy="10" r="6.5"/>',
    "half": '<circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" stroke="none"/>',
    "full": '<circle cx="10" cy="10" r="7.2" fill="currentColor" stroke="none"/>',
    "done": (
        '<circle cx="10" cy="10" r="7.5" fill="currentColor" stroke="none"/>'
        '<path class="w-in" d="m6.5 10.2 2.4 2.4 4.6-5"/>'
    ),
    "wait": '<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.5 2"/>',
    "late": '<path d="M10 3 18 16.5H2z" fill="currentColor" stroke="none"/>',
    "failed": (
        '<rect x="3" y="3" width="14" height="14" rx="3" fill="currentColor" stroke="none"/>'
        '<path class="w-in" d="m7 7 6 6m0-6-6 6"/>'
    ),
    # the rail of the desk
    "needs-me": '<path d="M3.5 11 5.5 4h9l2 7v5h-13zM3.5 11h4l1 2h3l1-2h4"/>',
    "cases": '<path d="M3.5 6.5h5l1.5 2h6.5v8h-13zM5 4h5.5"/>',
    "plan": '<path d="M4 16.5V10m4 6.5V6m4 10.5v-8m4 8v-13"/>',
    "log": '<path d="M10 3.5v4m0 0L5.5 12M10 7.5l4.5 4.5M4 12h3v4H4zm9 0h3v4h-3z"/>',
    "book": (
        '<path d="M10 5.5C8.5 4.3 6 4 3.5 4.2v11c2.5-.2 5 .1 6.5 1.3 1.5-1.2 4-1.5 6.5-1.3v-11'
        'C14 4 11.5 4.3 10 5.5zm0 0v11"/>'
    ),
    "person": '<circle cx="10" cy="6.8" r="3"/><path d="M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5"/>',
}
