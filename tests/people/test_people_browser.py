"""People and their keys in a real browser: enrolled, certified by voice, a passkey that opens a case, a first set-up."""

import pytest

from tests.desk.test_desk_accessible import faults_in_every_look
from tests.desk.test_keys_lies import lie
from whistle.client.http import b64
from whistle.vault import sheets
from whistle.vault.keys import KemPair

pytestmark = pytest.mark.browser


def authenticator(page) -> None:
    """Plug in a security key that can keep secrets (CTAP 2.1 with PRF)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "hasPrf": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def test_a_passkey_is_enrolled_signs_in_alone_unlocks_by_its_secret_and_a_case_is_read(visitor, place):
    berit = visitor()
    page = berit.sign_in(*place.people["berit"])
    authenticator(page)
    page.goto(f"{place.url}/desk/me/")
    page.fill("#passkey-label", "Nøkkelring")
    page.fill("#passkey-phrase", "six words that are not right at all")
    page.click("[data-passkey-form] [type=submit]")
    page.wait_for_selector("[data-passkey-form] [data-error]:visible")
    page.fill("#passkey-phrase", place.people["berit"][1])
    page.click("[data-passkey-form] [type=submit]")
    berit.saved("åpne nøklene")
    assert "Nøkkelring" in page.inner_text("[data-own]")

    page.click("[data-sign-out]:visible")
    page.wait_for_selector("[data-passkey-sign-in]:visible")
    page.click("[data-passkey-sign-in]")
    page.wait_for_selector(".w-shell", state="attached")
    page.click(f"a[href$='/desk/cases/{place.case}/'] >> nth=0")
    page.wait_for_selector("#answer-no")
    page.check("#answer-no")
    page.click("[data-declare] [type=submit]")
    page.wait_for_selector("[data-sealed=open]:visible")
    assert page.inner_text("h1") == "The bridge was paid twice"

    page.reload()
    page.click("[data-unlock-passkey]:visible")
    page.wait_for_selector("[data-sealed=open]:visible")
    assert page.inner_text("h1") == "The bridge was paid twice"
    assert not any(place.people["berit"][1].split()[0] in sent for sent in berit.sent)
    assert not [each for each in berit.problems if "403" not in each]

    page.click("[data-sign-out]:visible")
    page.fill("#username", "berit.nyhus")
    page.fill("#passphrase", place.people["berit"][1])
    page.click("[data-passkey-sign-in]")
    page.wait_for_selector(".w-shell", state="attached")
    page.goto(f"{place.url}/desk/me/")
    page.click("[data-passkey-remove]")
    berit.saved()
    page.click("[data-sign-out]:visible")
    page.click("[data-passkey-sign-in]")
    page.wait_for_selector("[data-sign-in-error]:visible")


def test_somebody_new_comes_by_a_link_and_is_certified_by_the_words_they_read_aloud(visitor, place):
    nils, una, berit, grete = (visitor() for _ in range(4))
    page = nils.sign_in(*place.people["nils"])
    page.wait_for_selector("[data-invite]")
    for field, value in (("name", "Una Dahl"), ("username", "una.dahl"), ("title", "Rådgiver")):
        page.fill(f"#in-{field}", value)
    page.select_option("#in-duty", "investigator")
    page.click("[data-invite] [type=submit]")
    page.wait_for_selector("[data-link]:visible")
    link = page.inner_text("[data-link-text]")
    assert not [sent for sent in nils.sent if link.split("#")[1] in sent], "shown once, sent nowhere"

    una.page.goto(link)
    una.page.wait_for_selector("[data-enrol-typed]")
    una.page.fill("#typed", "six words that are not right")
    una.page.click("[data-enrol-typed] [type=submit]")
    una.page.wait_for_selector("[data-enrol-typed] [data-error]:visible")
    passphrase, secret, words = una.enrol(link)
    assert len(passphrase.split()) == 6
    assert len(words) == 8
    assert not [sent for sent in una.sent if passphrase in sent]
    una.sign_in("una.dahl", passphrase, secret)
    una.declare()
    una.page.wait_for_selector("[data-own-words] li")
    assert una.page.locator("[data-own-words] li").all_inner_texts() == words, "the same words as at first"
    assert "Undersøker" in una.page.inner_text("main")

    page = berit.sign_in(*place.people["berit"])
    page.goto(f"{place.url}/desk/people/")
    page.click("[data-agree]")
    berit.saved()
    from tests.people.hands import settle

    settle(place.database)
    page = grete.sign_in(*place.people["grete"])
    page.wait_for_selector("[data-certify-one]")
    page.fill("[data-heard]", " ".join(words[:7]) + " " + words[0])
    page.click("[data-certify-one] [type=submit]")
    page.wait_for_selector("[data-certify-one] [data-error]:visible")
    swapped = KemPair.from_seed(b"\x07" * 32).public
    lie(
        page,
        "**/certificates/waiting",
        lambda said: [one.update(kem_pub=b64(swapped)) for one in said["waiting"]],
    )
    page.fill("[data-heard]", " ".join(words))
    page.click("[data-certify-one] [type=submit]")
    page.locator("[data-certify-one] [data-error]:visible", has_text="ikke ordene").wait_for()
    page.context.unroute("**/certificates/waiting")
    assert not [sent for sent in grete.sent if '"certificates":' in sent], "nothing was certified"
    page.fill("[data-heard]", " ".join(words).upper())
    page.click("[data-certify-one] [type=submit]")
    grete.saved("Sertifisert")
    una.page.reload()
    una.page.wait_for_selector("main")
    assert una.page.locator("[data-own-words]").count() == 0, "nothing is waited for any more"
    assert not una.problems + grete.problems + nils.problems


def test_a_new_organisation_makes_its_keys_on_paper_and_is_not_open_before_all_is_there(visitor, place):
    ada, kim = visitor(), visitor()
    for who, duty, name in ((ada, "system_administrator", "ada.vik"), (kim, "key_custodian", "kim.lund")):
        passphrase, secret, _words = who.enrol(f"{place.url}/nyby/desk/enrol/#{place.links['nyby'][duty]}")
        who.sign_in(name, passphrase, secret, "/nyby")
        who.declare()
    front = visitor().page
    front.goto(f"{place.url}/nyby/nb/")
    assert "ikke åpen" in front.inner_text("body")

    page = kim.page
    page.wait_for_selector("[data-root-form] [type=submit]:visible")
    page.fill("#sheets", "4")
    page.fill("#threshold", "2")
    page.click("[data-root-form] [type=submit]")
    page.wait_for_selector("[data-sheets]:visible")
    printed = page.evaluate(
        "[...document.querySelectorAll('.w-sheet-of')].map(s => ["
        "s.querySelector('[data-slot=title]').textContent, [...s.querySelectorAll('li')].map(l => l.textContent).join(' ')])"
    )
    ordinary = [words for title, words in printed if "ordinær" in title]
    assert len(printed) == 12
    seed = sheets.join(ordinary[1:3])
    assert seed == sheets.join([ordinary[0], ordinary[3]])
    asked = page.inner_text("[data-sheet-asked]")
    title, number = asked.rsplit(" · ", 1)
    wanted = [words for kind, words in printed if kind == title][int(number) - 1]
    page.fill("#sheet-typed", wanted.replace(wanted.split()[4], "akademic", 1))
    page.click("[data-sheet-check] [type=submit]")
    page.wait_for_selector("[data-sheet-check] [data-error]:visible")
    assert "akademic" in page.inner_text("[data-sheet-check] [data-error]")
    page.fill("#sheet-typed", wanted)
    page.click("[data-sheet-check] [type=submit]")
    page.wait_for_selector("[data-root-form]", state="detached")
    assert not [sent for sent in kim.sent if ordinary[0].split()[6] + " " + ordinary[0].split()[7] in sent]

    from tests.people.hands import recovery_keys

    assert KemPair.from_seed(seed).public in recovery_keys(place.database, "nyby")
    ada.page.reload()
    ada.page.wait_for_selector("[data-word-form=dpia]")
    ada.page.fill("#word-dpia", "Sak 12/26, 3. mars 2026")
    ada.page.click("[data-word-form=dpia] [type=submit]")
    ada.saved()
    assert "Sak 12/26" in ada.page.inner_text("main")
    assert ada.page.is_disabled("[data-go-live]")
    assert not ada.problems + kim.problems


def test_a_new_passphrase_keeps_the_keys_and_ends_the_other_sign_ins(visitor, place):
    old = place.people["amir"]
    here, elsewhere = visitor(), visitor()
    elsewhere.sign_in(*old)
    page = here.sign_in(*old)
    page.goto(f"{place.url}/desk/me/")
    page.wait_for_selector("[data-end-others]")
    page.fill("#old-phrase", old[1])
    page.click("[data-pick]")
    page.wait_for_selector("[data-passphrase] li")
    new = " ".join(page.locator("[data-passphrase] li span").all_inner_texts())
    page.fill("[data-passphrase-form] #typed", new)
    page.click("[data-change]")
    here.saved()
    assert page.locator("[data-end-others]").count() == 0
    elsewhere.page.goto(f"{place.url}/desk/me/")
    elsewhere.page.wait_for_selector("[data-sign-in-form]")
    elsewhere.page.fill("#username", old[0])
    elsewhere.page.fill("#passphrase", old[1])
    elsewhere.page.fill("#code", "000000")
    elsewhere.page.click("[data-sign-in-go]")
    elsewhere.page.wait_for_selector("[data-sign-in-error]:visible")
    page.goto(f"{place.url}/desk/cases/")
    page.click("[data-keys-open]:visible")
    page.fill("#unlock-passphrase", new)
    page.press("#unlock-passphrase", "Enter")
    here.saved("Nøklene dine er åpne")
    assert not [sent for sent in here.sent if new in sent]


def test_every_page_about_people_can_be_used_by_everybody(visitor, place):
    looks = [(360, "light"), (1280, "light"), (1280, "dark")]
    found = {}
    for name, paths in (
        ("grete", ("/desk/certify/", "/desk/me/", "/desk/secrecy/")),
        ("ingrid", ("/desk/people/", "/desk/roster/", "/desk/hand-over/")),
    ):
        who = visitor()
        who.page.goto(f"{place.url}/desk/sign-in/")
        found["sign-in"] = faults_in_every_look(who.page, looks)
        who.page.goto(f"{place.url}/desk/enrol/#nothing")
        who.page.wait_for_selector("[data-enrol-step=lost]:visible")
        found["enrol"] = faults_in_every_look(who.page, looks)
        who.sign_in(*place.people[name])
        found[name] = faults_in_every_look(who.page, looks)
        for path in paths:
            who.page.goto(place.url + path)
            who.page.wait_for_selector("main h1")
            found[path] = faults_in_every_look(who.page, looks)
    assert {name: lines for name, lines in found.items() if lines} == {}
