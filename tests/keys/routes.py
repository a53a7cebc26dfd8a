"""How each route of the desk is called, and whom it is for."""

SEAL_LESS = {"boxes": [], "items": []}
ID = "0" * 32
# How each route about one case is called; a body that is understood, so that it is the right that is asked for.
ABOUT_A_CASE: dict[str, list[tuple[str, object]]] = {
    "desk/cases/<str:reference>/": [("GET", None)],
    "desk/api/cases/<reference>": [("GET", None)],
    "desk/api/cases/<reference>/sealed": [("GET", None)],
    "desk/api/cases/<reference>/keys": [("GET", None)],
    "desk/api/cases/<reference>/keys/proven": [("POST", {})],
    "desk/api/cases/<reference>/keys/refused": [("POST", {})],
    "desk/api/cases/<reference>/candidates": [("GET", None)],
    "desk/api/cases/<reference>/declare": [("POST", {"answer": "impartial"})],
    "desk/api/cases/<reference>/acknowledge": [("POST", {"items": []})],
    "desk/api/cases/<reference>/answer": [("POST", {"items": []})],
    "desk/api/cases/<reference>/feedback": [("POST", {"items": []})],
    "desk/api/cases/<reference>/notes": [("POST", {"items": []})],
    "desk/api/cases/<reference>/contact": [("POST", {"staff_id": ID})],
    "desk/api/cases/<reference>/records": [
        ("POST", {"kind": "task", "number": 1, "version": 1, "items": []})
    ],
    "desk/api/cases/<reference>/records/agree": [
        ("POST", {"kind": "hold", "number": 1, "version": 1, "agree": True})
    ],
    "desk/api/cases/<reference>/extend": [("POST", {"items": []})],
    "desk/api/cases/<reference>/room": [
        ("POST", {"box": {"box_id": ID, "nonce": "", "sig_pub": ""}, "seals": [], "items": []})
    ],
    "desk/api/cases/<reference>/share": [("POST", {"staff_id": ID, "boxes": []})],
    "desk/api/cases/<reference>/hand-over": [("POST", {"leaver": ID, "newcomer": ID, "boxes": []})],
    "desk/api/cases/<reference>/revoke": [("POST", {"staff_id": ID})],
    "desk/api/cases/<reference>/rekey": [("POST", {"boxes": [], "items": {}})],
    "desk/api/cases/<reference>/steps/<name>": [("POST", {"version": 1, "codes": {}})],
    "desk/api/cases/<reference>/identity": [
        ("GET", None),
        (
            "POST",
            {"ref": ID, "ground": "law", "items": [], "reason": {"header": "", "body": ""}, "keys": []},
        ),
    ],
    "desk/api/cases/<reference>/identity/<ref>": [("GET", None)],
    "desk/api/cases/<reference>/decide": [("POST", {"version": 1, "confirm": True})],
    "desk/api/search/<reference>": [("PUT", {"version": 1, "title_item": "", "header": "", "body": ""})],
    "desk/api/cases/<reference>/merge": [("POST", {"into": "<reference>", "version": 1})],
    "desk/api/cases/<reference>/relations": [("POST", {"other": "<reference>", "why": "other"})],
    "desk/api/cases/<reference>/package": [("GET", None)],
    "desk/api/cases/<reference>/export": [("POST", {"why": "rumour"})],
    "desk/api/cases/<reference>/export/decide": [("POST", {"confirm": True})],
    "desk/api/cases/<reference>/export/release": [("POST", {})],
    "desk/api/cases/<reference>/export/made": [("POST", {"digest": "0" * 64})],
    "desk/api/boxes/<box_id>/items/<item_id>/body": [("GET", None)],
}


# What anybody signed in may ask for; none of it says anything about a case they do not hold.
FOR_STAFF = {
    "desk/",
    "desk/me/",
    "desk/me/language/",
    "desk/me/together/",
    "desk/secrecy/",
    "desk/cases/",
    "desk/api/",
    "desk/api/cases",
    "desk/api/hand-over/<leaver>",
    "desk/api/identity/<ref>",
    "desk/api/identity/halves",
    "desk/api/texts",
    "desk/api/texts/<version>/approve",
    "desk/hand-over/",
    "desk/roster/",
    "desk/api/roster",
    "desk/api/keys/unproven",
    "desk/api/openapi.json",
    "desk/api/certificates",
    "desk/api/certificates/root",
    "desk/api/certificates/waiting",
    "desk/api/passkeys",
    "desk/api/passkeys/<pk>/remove",
    "desk/api/passkeys/options",
    "desk/api/passphrase",
    "desk/api/people/answer",
    "desk/api/people/invite",
    "desk/api/people/propose",
    "desk/api/people/renew",
    "desk/api/people/withdraw",
    "desk/api/secrecy",
    "desk/api/set-up/go-live",
    "desk/api/set-up/root",
    "desk/api/set-up/word",
    "desk/api/sessions",
    "desk/api/sessions/end-others",
    "desk/api/sign-out",
    "desk/api/unlock",
    "desk/viewer/",
    "desk/viewer/pdf/",
    "desk/api/search",
    "desk/api/search-bodies",
    "desk/api/org.json",
    "desk/api/reports",
    "desk/api/set-aside",
    "desk/api/set-aside/decide",
    "desk/handbook/",
    "desk/training/",
    "desk/training/clear/",
    "desk/case-kit/",
    "desk/api/uploads",
    "desk/api/uploads/<upload>",
}


WITHOUT_SIGN_IN = {
    "desk/sign-in/",
    "desk/api/sign-in",
    "desk/api/sign-in/challenge",
    "desk/api/sign-in/passkey",
    "desk/api/sign-in/salt",
    "desk/api/enrol",
    "desk/api/enrol/code",
    "desk/api/enrol/open",
    "desk/enrol/",
    "desk/gate/",
    "desk/gate/back/",
}


NOT_ABOUT_CASES = (
    "desk/elsewhere/",
    "desk/plan/",
    "desk/log/",
    "desk/identity/",
    "desk/texts/",
    "desk/retention/",
    "desk/people/",
    "desk/certify/",
    "desk/set-up/",
    "desk/work-accounts/",
)  # a duty opens them: held to their declared audience below


PEOPLE = (
    "ingrid",
    "amir",
    "berit",
    "hanne",
    "even",
    "sissel",
    "tor",
    "randi",
    "nils",
    "grete",
    "lars",
    "kari",
)


KINDS = ("own", "excluded", "closed", "other", "absent")
