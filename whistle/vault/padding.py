"""How long an item is made, so that its length says little. README.md, "Frames"."""

CHUNK_SIZE = 16_384
TAG_SIZE = 16
LENGTH_SIZE = 8
SMALLEST_FRAME = 4_096


def padme(length: int) -> int:
    """Return `length` rounded up so that its low bits are zero: at most 12 % more, far less for long ones.

    Source: Padmé, in "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs"
    (2019), section 4.

    >>> [padme(n) for n in (9, 4_097, 100_000, 1_000_001)]
    [10, 4352, 100352, 1015808]
    """
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    low = (1 << max(exponent - kept, 0)) - 1
    return (length + low) & ~low


def padded_size(length: int) -> int:
    """Return the size of the frame around `length` octets of content.

    >>> padded_size(0), padded_size(4_088), padded_size(4_089)
    (4096, 4096, 4352)
    """
    return max(SMALLEST_FRAME, padme(length + LENGTH_SIZE))


def body_size(length: int) -> int:
    """Return the size of the sealed body around `length` octets of content: the frame and a tag a chunk.

    >>> body_size(10), body_size(20_000)
    (4112, 20512)
    """
    frame = padded_size(length)
    return frame + TAG_SIZE * (frame // CHUNK_SIZE + 1)


def frame_size(body: int) -> int | None:
    """Return the size of the frame inside a body of `body` octets; None if no item has such a body.

    >>> frame_size(4_112), frame_size(4_113)
    (4096, None)
    """
    chunks, rest = divmod(body, CHUNK_SIZE + TAG_SIZE)
    frame = chunks * CHUNK_SIZE + rest - TAG_SIZE
    if rest < TAG_SIZE or frame < SMALLEST_FRAME or padme(frame) != frame:
        return None
    return frame


def plausible_body(size: int) -> bool:
    """Return whether some item has a body of `size` octets: all a server can check of a ciphertext.

    >>> plausible_body(body_size(123_456)), plausible_body(1_000)
    (True, False)
    """
    return frame_size(size) is not None


def smallest_content(frame: int) -> int:
    """Return the least content that gives a frame of `frame` octets; shorter content has a shorter frame.

    >>> smallest_content(4_096), smallest_content(4_352)
    (0, 4089)
    """
    if frame <= SMALLEST_FRAME:
        return 0
    # Below a border the steps are no larger than above it, so the frame before starts one step down.
    low, high = frame - (frame >> 3) - LENGTH_SIZE, frame - LENGTH_SIZE
    while low < high:
        middle = (low + high) // 2
        if padded_size(middle) < frame:
            low = middle + 1
        else:
            high = middle
    return low
