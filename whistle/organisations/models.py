"""The organisations served by this installation.  Every other row belongs to one of them."""

from django.db import models

from whistle.core.ids import new_id


class Organisation(models.Model):
    """A municipality, or any public body that runs a reporting channel."""

    ref = models.CharField(max_length=32, unique=True, default=new_id)  # `org` in WBE1, hex
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=120, blank=True)  # its own host name, when it has one
    log_origin = models.CharField(max_length=120, unique=True)  # the C2SP origin without the log's name
    root_key = models.BinaryField(max_length=32, null=True)  # ORK, Ed25519 public key
    live = models.BooleanField(default=False)  # False: the form is closed and says so
    # a place to practise in beside this real organisation: own people, keys, log and figures, nothing shared
    training_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="training")

    # where it has moved, and the hash of what was carried there; from then on nothing of it is served or changed here
    left_on = models.DateField(null=True)
    moved_to = models.CharField(max_length=200, blank=True)
    package = models.CharField(max_length=64, blank=True)
    # its own look on the reporter's pages: a short name in place of the whole one, a colour that can be read on
    mark = models.CharField(max_length=40, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    # codes of the languages of its reporter pages, its own first, with commas; empty: all that are installed
    languages = models.CharField(max_length=200, blank=True)

    prefix = ""  # the first part of the path, "/slug", when the request came that way; set by the middleware

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=~models.Q(host=""), name="one_organisation_per_host"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def label(self) -> str:
        """What the mark on its pages says."""
        return self.mark or self.name

    @property
    def address(self) -> str:
        """Where the organisation's channel is, seen from another one of this installation."""
        return f"https://{self.host}/" if self.host else f"/{self.slug}/"

    @property
    def ref_bytes(self) -> bytes:
        """The 16 bytes that every envelope is bound to."""
        return bytes.fromhex(self.ref)


class Departure(models.Model):
    """The tombstone of an organisation that has left, and is deleted here: who agreed to it can still be shown."""

    ref = models.CharField(max_length=32, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=120, blank=True)
    moved_to = models.CharField(max_length=200, blank=True)
    left_on = models.DateField()
    removed_on = models.DateField()
    root_key = models.BinaryField(max_length=32)
    statement = models.BinaryField()  # signed with that root key: the package arrived, delete the rest here
    signature = models.BinaryField(max_length=64)

    class Meta:
        default_permissions = ()
