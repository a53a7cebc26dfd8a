"""The closed lists that cases are described by; what each code is called stands in `cases.words`."""

YES_NO = ("yes", "no")
GRADES = ("1", "2", "3", "4")  # 1 small fault … 4 possible gross corruption, or danger to life
TRACKS = ("a", "b", "c", "d", "x")  # whose report about whom, and so which protection: see the handbook
# Working Environment Act § 2 A-1 (2) a–f, corruption told apart, and what municipalities add
CATEGORIES = (
    "a1", "a2", "a3", "a4", "a5", "b1", "c1", "c2", "d1", "d2", "e1", "e2", "f1", "f2", "g1", "h1",
)  # fmt: skip

# The strongest first: the outcome of a case is the strongest of its allegations.
OUTCOMES = (
    "substantiated",
    "partly_substantiated",
    "reported_to_police",
    "transferred",
    "not_substantiated_lacking",
    "not_substantiated_refuted",
    "withdrawn_continued",
    "unfounded",
    "outside_scheme",
    "duplicate",
)
CAUSES = (
    "no_control",
    "control_bypassed",
    "unclear_rules",
    "lack_of_training",
    "conflict_of_interest",
    "culture",
    "none",
)
LESSONS = ("new_measure", "changed_routine", "training", "none")
CONSEQUENCES = (
    "routine_changed",
    "training",
    "leader_follow_up",
    "personnel",
    "contract_stopped",
    "money_reclaimed",
    "police",
    "supervision",
    "none",
)
# Personal Data Act § 16 and GDPR art. 14(5): the only grounds there are
EXEMPTIONS = (
    "crime_investigation",
    "secrecy_by_law",
    "internal_document",
    "obvious_interest",
    "known_already",
)
# Directive (EU) 2019/1937 art. 11(2)(d): in duly justified cases
EXTENSION = ("complex", "other_authority", "evidence_abroad")
NO_FEEDBACK = ("no_channel", "not_wanted", "police_asks")
RETENTION = ("outside", "unfounded", "not_substantiated", "substantiated", "possible_crime")
# Why the content of one thing in a case is removed: GDPR art. 5(1)(c) and 17, Directive (EU) 2019/1937 art. 17
REMOVAL = ("not_relevant", "third_person", "special_category", "other_law")
# What can be internal preparation (Personal Data Act § 16 f): notes, files and records that prepare; others inform or decide
PREPARES = ("note", "file", "evidence", "interview", "task", "conclusion", "agenda")
