"""The countries' two-letter codes (ISO 3166-1 alpha-2), and the code that a written-out name means."""

from functools import cache

from holidays.registry import COUNTRIES

_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
CODES = frozenset(_ASSIGNED.split())
"""All that are assigned, and XK, which everybody uses for Kosovo."""

# What people write that is neither the English name nor the three-letter code.
_ALSO = {
    "america": "US", "unitedstatesofamerica": "US", "uk": "GB", "greatbritain": "GB", "britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northernireland": "GB", "deutschland": "DE",
    "österreich": "AT", "oesterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "españa": "ES", "italia": "IT", "nederland": "NL", "holland": "NL", "thenetherlands": "NL",
    "belgië": "BE", "belgique": "BE", "brasil": "BR", "méxico": "MX", "polska": "PL", "sverige": "SE",
    "norge": "NO", "danmark": "DK", "suomi": "FI", "türkiye": "TR", "czechrepublic": "CZ", "korea": "KR",
    "russianfederation": "RU", "syria": "SY", "uae": "AE", "el": "GR",
}  # fmt: skip


def code_meant(written: str) -> str | None:
    """The code of a country that is written out ("Germany", "deu", "United States"), None for any other word."""
    return _codes_by_name().get(_folded(written))


@cache
def _codes_by_name() -> dict[str, str]:
    """Names and three-letter codes, as far as the calendars' own library knows them."""
    by_name: dict[str, str] = {}
    for key, (_, code, three_letters, *_more) in COUNTRIES.items():
        by_name[_folded(key)] = code
        by_name[three_letters.casefold()] = code
    return by_name | _ALSO


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalpha())
