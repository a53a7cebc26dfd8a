"""Staff: who they are, how they sign in, and the keys that only they can unlock."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from whistle.core.ids import new_id
from whistle.organisations.models import Organisation


class Staff(AbstractBaseUser):
    """A person of one organisation.  `password` is Django's hash of a value the browser derived."""

    ref = models.CharField(max_length=32, unique=True, default=new_id)  # staff_id in WBE1, hex
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="nb")
    is_active = models.BooleanField(default=True)
    log_name = models.CharField(max_length=32, unique=True, default=new_id)  # pseudonym in the log

    USERNAME_FIELD = "ref"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]  # AbstractBaseUser says ClassVar
    is_superuser = False  # guardian asks; nobody is above the matrix
    objects = BaseUserManager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "username"], name="one_username_per_organisation")
        ]

    def __str__(self) -> str:
        return self.username


class StaffKey(models.Model):
    """The seed of a person's keys, wrapped under their passphrase; and the second factor."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="key")
    salt = models.BinaryField(max_length=16)
    unlock_share = models.BinaryField(max_length=32)  # given out after sign-in only
    wrapped = models.BinaryField()
    kem_pub = models.BinaryField()
    sig_pub = models.BinaryField(max_length=32)
    totp_sealed = models.BinaryField()  # under the server's secret; see vault.at_rest
    totp_counter = models.BigIntegerField(default=0)  # the last one used: a code works once
    wrong_codes = models.PositiveIntegerField(default=0)  # after the right passphrase, from unknown browsers
    wrong_code_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keystore_staffkey"
        default_permissions = ()


class Certificate(models.Model):
    """A key certified by the organisation's root key: of a person, or of a recovery key."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    role = models.PositiveSmallIntegerField()  # see vault.certificate
    subject = models.CharField(max_length=32)  # staff_id, hex
    key_id = models.CharField(max_length=32)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    octets = models.BinaryField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "serial"], name="one_certificate_per_serial")
        ]
        indexes = [models.Index(fields=["organisation", "subject"])]


class Roster(models.Model):
    """Who reads what, as a document signed by the root key.  The newest version is in force."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    document = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    adopted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="one_roster_per_version")
        ]


class SignInPressure(models.Model):
    """How many sign-ins failed in an organisation of late.  Nothing about whom they named or where they came from."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Device(models.Model):
    """A browser in which a person has signed in: only the hash of a random cookie.  It is let in before strangers."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField()
    wrong_codes = models.PositiveIntegerField(default=0)
    wrong_code_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class SignIn(models.Model):
    """One sign-in of a person, so that they see their own and can end the others.  No address, no device."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sign_ins")
    session_hash = models.CharField(max_length=64)  # the session's key itself stands only in its own table
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["staff", "ended_at"])]


class Invitation(models.Model):
    """A link that works once, with which somebody makes their keys in their own browser."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=32, unique=True, default=new_id)  # their staff_id, once they are
    token_hash = models.CharField(max_length=64, unique=True)
    username = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    duties = models.JSONField(default=list)
    by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="+", null=True
    )  # null: from the shell
    staff = models.ForeignKey(  # set: this person gets new keys, or (`code_only`) a new second factor
        Staff, on_delete=models.CASCADE, related_name="+", null=True
    )
    code_only = models.BooleanField(default=False)
    log_name = models.CharField(max_length=32, default=new_id)  # theirs in the log
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class SecrecyDeclaration(models.Model):
    """A person's yearly word that they keep what they learn secret."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="secrecy")
    version = models.PositiveIntegerField()
    on = models.DateField()

    class Meta:
        default_permissions = ()


class Passkey(models.Model):
    """A passkey of a person: a second factor, and with `wrapped` (the seed under its PRF) a way to unlock."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(default=0)
    label = models.CharField(max_length=60)
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keystore_passkey"
        default_permissions = ()


class SpentChallenge(models.Model):
    """A challenge of ours that was answered: it is good for one answer."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class RootCopy(models.Model):
    """The organisation's root seed, sealed to the own key of a key custodian (README.md of the vault, "Seals")."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="root_copy")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "keystore_rootcopy"
        default_permissions = ()


class SetUpWord(models.Model):
    """Somebody's word, at set-up, that what only people can do has been done: sheets in a safe, a routine adopted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="set_up_words")
    code = models.CharField(max_length=40)
    reference = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    on = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="one_set_up_word_per_code")
        ]


class WorkAccount(models.Model):
    """Whom the organisation's provider knows a person as; empty until the person has come with the account once.

    Of the provider nothing is kept but its address and the subject it gave.
    """

    staff = models.OneToOneField(
        Staff, on_delete=models.CASCADE, primary_key=True, related_name="work_account"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    bound_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # an administrator lets the person connect (another) account

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "issuer", "subject"],
                condition=~models.Q(subject=""),
                name="one_person_per_work_account",
            )
        ]


class Gate(models.Model):
    """Which provider stood in front of the desk when somebody last signed in: a change of it is logged."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="gate"
    )
    provider = models.CharField(
        max_length=64, blank=True
    )  # a hash of its address and our name there; empty: none

    class Meta:
        default_permissions = ()


class GateLift(models.Model):
    """The provider is down: whoever runs the server asked, the person named agrees, and the gate stands open a while."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    hours = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class Together(models.Model):
    """One person has accounts in several organisations: the rows of a person share a random group, and nothing else.

    Each row belongs to one organisation and leaves with it; none refers to another's.
    """

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="together")
    group = models.CharField(max_length=32, db_index=True)

    class Meta:
        default_permissions = ()
