"""Make nb.txt, the 7,776 Norwegian words of the reporter's code.

    pip install wordfreq==3.1.1 xkcdpass==1.30.0
    python whistle/vault/wordlists/make_nb.py > whistle/vault/wordlists/nb.txt

Kept so that anybody can see how the list was made; it is not run when Whistle is built. A list that has
been in use is never changed: another order of words turns every code into another code.
"""

import re
from importlib import resources

from wordfreq import top_n_list, zipf_frequency

SIZE = 7776
SHORTEST, LONGEST = 4, 9
FUNCTION_WORDS = 200  # the commonest words are glue ("ikke", "eller"): hard to see as words of a code
ENDINGS = ("en", "et", "a", "er", "ene", "e", "r", "n", "t", "te", "de")

# Stems that nobody should be handed on the day they report something: sex, slurs, violence, illness, death,
# intoxication, religion used as abuse, and the words of the matter itself.
UNKIND = (
    "anal|anus|aids|alko|barnemo|bastard|bedrag|begrav|blod|bollemus|bomb|bordell|brands|bryst|bøddel|dass|demon|depres"
    "|dildo|djev|dop|drap|drep|dritt|drita|drukk|drukn|død|døy|døende|epilep|erot|faen|fascis|feit|fett|fitte|fjern|fitt"
    "|forbry|fordøm|forgift|forråd|fyll|galg|galn|genit|gift|gisl|gonor|grav|guling|gufs|gørr|hasj|hat|helvet|henret|heroin"
    "|hitler|hevn|homo|hor|hore|hudsyk|hæ?stk|idiot|incest|jævl|jøde|kadav|kastrer|kids|kidnap|kill|kjeft|klamyd|klitor|knark"
    "|kokain|kolera|kondom|korrup|kreft|krem|krig|krimi|krypsk|kuk|kulere|kåt|leiem|lepra|lesb|lik$|liket|liksyn|lort|luder"
    "|lus|løgn|lystm|lynsj|massak|masoch|mast[uo]rb|mishand|mobb|mord|morder|myrd|narko|nazi|neger|negr|nekro|nyrest|obduk|offer"
    "|onan|oral|orgas|orgie|overgr|pede|pedof|penis|perv|pest|piss|plag|porno|porn|promp|prost|psyk|puling|pung|pupp|pul[ea]"
    "|puler|pus|rasis|raner|ran$|ranet|rape|rass|raz|ræv|rumpe|rus$|rusa|ruse|rusm|sadis|satan|sats?an|selvm|sex|seks|sigøy|skam"
    "|skjeml|skjit|skit|skut|skyt|slakt|slag|slav|slut|smerte|snik|sperm|spion|spy|stikk|steril|straff|stupr|svak|sult|svin|svul"
    "|sykd|sykel|syk$|syke|sæd|taper|tatt?er|terror|testik|tispe|tiss|tjuv|tort|tortur|trakas|trussel|tru[es]|tyfus|tyv|tukt|uhell"
    "|ulykk|urin|utro|vagin|vold|voldt|vulva|våpen|ydmyk|ære[sk]|øks|åtsel|abort|aids|apart|avsløring|barba|bestikk|bestik"
    "|amok|anfall|angst|baluba|barbari|bigam|bimbo|bulim|bæsj|cosa$|cyanid|demens|diare|drit|dæven|ebola|erek|eskimo|evnukk|fanden"
    "|fetisj|fis[aei]|fjott|gigolo|hanrei|harem|herpes|himler|hymen|jihad|juks|jævel|kafir|kjønn|kloakk|knulle|korona|kvensk|libido"
    "|ludder|lupus|mafia|massak|muslim|mute[rt]|naken|nakne|napalm|nigg|nudist|opi[au]|pakk$|pikk|purk|pøbel|rabies|runk|sarin|sepsis"
    "|sexy|skabb|smitte|sniff|sodom|sossen|spidd|suging|udåd|usexy|utukt|utøya|uærlig|ebola|islam|hijab|niqab|ummah|gaza|brenn[ea]"
    "|varsl|kvel|kniv|knivs|lam$|lamm?et|lidels|lide|makab|skrekk|skrik|panikk|redsel|redd|sorg|sørg|tåre|gråt|gris|ape$|aper"
    "|hest[ek]uk|fjols|tull|tosk|tåpe|dum|stygg|ekkel|vemm|hesl|fæl|gress?lig|grus|ond|ondsk|tyran|diktat|folkem|fang|fengs|arrest"
    "|politi|dom$|dommer|dømm|skyld|anklag|tiltal|anmeld|siktel|siktet|vitne|misbruk|rettssak|ustraff|likkist|upoliti|likbål|likene|berus|eksplos"
    "|grufull|ofre|pine|sprit|sykm|sykt|feig"
)
UNKIND_ANYWHERE = "våpen|død|døende|kreft|vold$|bomb|nazi|syke$"
UNKIND_STEM = re.compile(rf"^(?:{UNKIND}|.*(?:{UNKIND_ANYWHERE}))")

# Words that are also common given names or are read as one.
GIVEN_NAMES = (
    "alma anna arne aron astrid bente bernt birk bård dag dina edel eira ella ellen else emil enok erik erle eva even"
    " frida frode gard geir gerd gjert glenn grete grethe hans harald helga helge helle henrik herman idar inga inge ivar"
    " jens johan jon jonas jørgen kai kaia karen kari karl kenneth kim kirsten knut lars lasse laila lena lill linda lise"
    " liv lotte magne marie marit mari mark mette mikkel mona nils nina nora odd oddvar ola olav ole oscar ove per petter"
    " pia pål ragnar randi rakel roar robin roger rolf rune runa sander sara selma sigve silje simen siri siv sondre stein"
    " stian stine sture svein terje thea tina tone tor tora tore tom tommy torgeir tove trine trond trygg tuva turid ulf"
    " ulrik una unn unni vegar vera vidar viggo vilde viktor wenche willy åge åse adam abel amanda bella clara daniel david"
    " elias emma felix filip gabriel hanna isak jakob josef julia julie laura leon lucas martin max mina mia noah oliver"
    " oskar peter rosa sara simon sofie storm theo tiril tobias torstein victor william norge norden oslo norsk svensk dansk"
    " finsk russisk tysk andrea amina aino arild arve arnold beate boston bislet bergen daae daria darren devon egon eirik"
    " erika espen evan flaa hansen harry hilde honda jana jane jann jarle jensen jolene kain korea kurt kyrre lauren lona"
    " lucia mazda miller monsen morten mulder nelson ottesen peking peugeot quan rasmus saab siemens sian sindre sjur"
    " skeeter skien subaru suzuki søren tesla texas toyota weasel weber wolfram happn annalene taunus"
    " engelsk fransk samisk samer kristi jesus allah"
)


def looks_like(word: str) -> str:
    """Return what is left of a word when everything easily misheard or mistyped is taken out."""
    for found, kept in (
        ("æ", "e"), ("ø", "o"), ("å", "a"), ("aa", "a"), ("hv", "v"), ("hj", "j"), ("gj", "j"), ("kj", "tj"),
        ("skj", "sj"), ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"), ("x", "ks"), ("y", "i"), ("d", "t"), ("b", "p"),
        ("ei", "ai"), ("eg", "ai"), ("øy", "oi"),
    ):  # fmt: skip
        word = word.replace(found, kept)
    return re.sub(r"(.)\1", r"\1", word)


def swapped(word: str) -> set[str]:
    """Return the words that `word` becomes when two neighbouring letters change places."""
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}


def plain(word: str) -> str:
    """Return the word as somebody without a Norwegian keyboard types it."""
    return word.replace("æ", "ae").replace("ø", "o").replace("å", "a")


def dictionary() -> set[str]:
    """Return words that a Norwegian dictionary knows, with the commonest inflections of the short ones."""
    text = resources.files("xkcdpass").joinpath("static", "nor-nb").read_text("utf-8")
    lemmas = {word for word in text.split() if re.fullmatch("[a-zæøå]{2,9}", word)}
    short = {word for word in lemmas if len(word) <= 5}
    return lemmas | {word + ending for word in short for ending in ENDINGS}


def candidates() -> list[str]:
    """Return words that may be in the list, the commonest first."""
    known, names = dictionary(), set(GIVEN_NAMES.split())
    common = top_n_list("nb", 100_000)
    return [
        word
        for word in common[FUNCTION_WORDS:]
        if re.fullmatch(rf"[a-zæøå]{{{SHORTEST},{LONGEST}}}", word)
        and word in known
        and word not in names
        and not UNKIND_STEM.match(word)
        # Much commoner in English than in Norwegian: a foreign word or half of a name.
        and zipf_frequency(word, "en") < zipf_frequency(word, "nb") + 1.0
    ]


def chosen() -> list[str]:
    """Return the list: words that do not look or sound alike, as different in their first letters as can be.

    First come words that no other word shares four letters with, as typed on any keyboard. They are not
    quite enough; the rest are the commonest words that share four letters with another word but not five,
    and are not a longer form of one.
    """
    taken: set[str] = set()
    shapes: set[str] = set()
    listed: set[str] = set()
    found: list[str] = []
    for length in (4, 5):
        for word in candidates():
            starts = {word[:length], plain(word)[:length], word[:4] if word[:4] in listed else word[:length]}
            shape = looks_like(word)
            if len(found) == SIZE or starts & taken or shape in shapes or swapped(word) & listed:
                continue
            taken |= {word[:4], plain(word)[:4]} if length == 4 else set()
            taken |= {word[:5], plain(word)[:5]}
            shapes.add(shape)
            listed.add(word)
            found.append(word)
    return found


if __name__ == "__main__":
    words = chosen()
    if len(words) < SIZE:
        raise SystemExit("too few words")
    print("\n".join(sorted(words)))
