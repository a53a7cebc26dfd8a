"""What the server keeps and cannot read.

Three kinds of row with three lives (DECISIONS.md): *records* say that something exists, the *key store* (tables
`keystore_*`) holds what makes it readable to somebody, and *blobs* are files of ciphertext under random names.
Deleting the key store's rows makes the other two noise.
"""

from django.db import models

from whistle.core.ids import new_id
from whistle.organisations.models import Organisation


class Box(models.Model):
    """A key with epochs, its seals and its items.  Its id commits to the public keys of whoever made it."""

    class Kind(models.TextChoices):
        MAILBOX = "mailbox"  # one reporter's; the only kind sealed to a reporter
        ROOM = "room"  # the staff's own: notes, persons, drafts, decisions
        IDENTITY = "identity"
        NOTICE = "notice"

    box_id = models.CharField(max_length=32, primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    epoch = models.PositiveIntegerField(default=1)
    rekey_due = models.BooleanField(default=False)
    nonce = models.BinaryField(max_length=16)
    kem_pub = models.BinaryField(null=True)  # the reporter's; None in boxes made by staff
    sig_pub = models.BinaryField(max_length=32)  # the maker's
    log_ref = models.CharField(max_length=32, unique=True, default=new_id)
    probe = models.BooleanField(default=False)
    made_on = models.DateField()

    class Meta:
        default_permissions = ()
        permissions = [("open_box", "Holds a key to the box")]

    def __str__(self) -> str:
        return f"{self.kind} {self.box_id}"


class Seal(models.Model):
    """The box's key of one epoch, sealed to one holder (1168 octets)."""

    class Holder(models.TextChoices):
        STAFF = "staff"
        REPORTER = "reporter"
        RECOVERY = "recovery"
        HELD = "held"  # given to nobody: kept until somebody else has proven that theirs opens

    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="seals")
    epoch = models.PositiveIntegerField()
    key_id = models.CharField(max_length=32)
    holder = models.CharField(max_length=10)
    staff_ref = models.CharField(max_length=32, blank=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "keystore_seal"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["box", "epoch", "key_id"], name="one_seal_per_holder")]
        indexes = [models.Index(fields=["staff_ref"])]


class Vouch(models.Model):
    """One holder's signed word that another got the box's key of an epoch (README.md of the vault, "Vouches").

    It stays when the seal goes: who gave the key to those who hold it now is followed back to the box's maker.
    """

    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="vouches")
    epoch = models.PositiveIntegerField()
    key_id = models.CharField(max_length=32)
    giver = models.CharField(max_length=32)  # the id of the giver's own key
    octets = models.BinaryField(max_length=80)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["box", "epoch", "key_id", "giver"], name="one_vouch_of_a_giver")
        ]


class Item(models.Model):
    """A sealed message, note, event or file.  `position` is the server's order within the box."""

    item_id = models.CharField(max_length=32, primary_key=True)
    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    role = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    author = models.CharField(max_length=32, blank=True)  # staff reference; empty for the reporter
    author_key = models.CharField(max_length=32, blank=True)
    item_hash = models.CharField(max_length=64)
    blob = models.CharField(max_length=80, unique=True)
    size = models.PositiveBigIntegerField()
    on_date = models.DateField()
    at = models.DateTimeField(null=True)  # staff's items only; a reporter's act bears a date

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["box", "position"], name="one_item_per_position"),
            models.UniqueConstraint(fields=["box", "role", "author", "seq"], name="one_item_per_number"),
        ]


class ItemHeader(models.Model):
    """The 56 octets without which an item cannot be opened, even with the box's key (WBE1, shredding)."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True, related_name="header")
    octets = models.BinaryField(max_length=56)

    class Meta:
        db_table = "keystore_header"
        default_permissions = ()


class Removal(models.Model):
    """What is left of an item whose content two people removed: no header and no file, so nobody can open it again.

    The item's row stays in its place in the box, with its hash, author, date and size.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True, related_name="removal")
    ground = models.CharField(max_length=20)
    by = models.CharField(max_length=32)  # staff reference of whoever proposed it
    agreed = models.CharField(max_length=32)  # and of whoever agreed
    on_date = models.DateField()

    class Meta:
        default_permissions = ()


class ReporterAccess(models.Model):
    """How a reporter's browser finds its box again: hashes of two values derived from the code."""

    box = models.OneToOneField(Box, on_delete=models.CASCADE, primary_key=True, related_name="reporter")
    lookup_hash = models.CharField(max_length=64, unique=True)
    auth_hash = models.CharField(max_length=64)
    last_opened_on = models.DateField(null=True)

    class Meta:
        db_table = "keystore_reporter"
        default_permissions = ()


class Identity(models.Model):
    """A reporter's name, sealed apart from the report; or nothing, sealed alike (nobody can tell from here)."""

    box = models.OneToOneField(Box, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    header = models.BinaryField(max_length=56)
    body = models.BinaryField()

    class Meta:
        db_table = "keystore_identity"
        default_permissions = ()


class IdentityHalf(models.Model):
    """One of the two halves of the key to a name, sealed to one person.  A half opens nothing by itself."""

    class Half(models.TextChoices):
        CUSTODIAN = "a"
        LEADER = "b"

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="halves")
    half = models.CharField(max_length=1)
    key_id = models.CharField(max_length=32)
    staff_ref = models.CharField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        db_table = "keystore_half"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["identity", "key_id"], name="one_half_per_person")]
        indexes = [models.Index(fields=["staff_ref"])]
