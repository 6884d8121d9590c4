"""The domains under which anybody gets a mailbox: an address there says nothing about a company.

Written by hand from what the large providers offer on their own sign-up pages (November 2026), and from what the
large internet providers give to private customers. One that is missing here makes strangers look like colleagues:
their leads go to one owner, nothing worse.
"""

from typing import Final

_EVERYWHERE: Final = (
    "aol",
    "gmx",
    "hotmail",
    "live",
    "msn",
    "outlook",
    "rocketmail",
    "yahoo",
    "yandex",
    "ymail",
)
"""Names that their providers use under many countries' endings, such as yahoo.co.uk and hotmail.fr."""
_UNDER_A_COUNTRY: Final = ("co", "com", "ne")
"""What may stand between such a name and the country: live.co.uk, but not live.northwind.com."""

_DOMAINS: Final = frozenset(
    # Mail for everybody
    """
    126.com 139.com 163.com 188.com abv.bg aim.com att.net bk.ru daum.net disroot.org duck.com email.com
    fastmail.com fastmail.fm gmail.com googlemail.com hanmail.net hey.com hushmail.com icloud.com inbox.com
    inbox.lv inbox.ru interia.pl internet.ru list.ru lycos.com mac.com mail.bg mail.com mail.de mail.ru
    mailbox.org mailfence.com me.com naver.com o2.pl onet.pl op.pl passport.com pm.me posteo.de posteo.net
    proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net runbox.com seznam.cz
    sina.cn sina.com sohu.com startmail.com tuta.com tuta.io tutanota.com tutanota.de ukr.net vp.pl walla.co.il
    web.de windowslive.com wp.pl yeah.net zoho.com zohomail.com zohomail.eu
    """.split()  # noqa: SIM905  three lines instead of ninety
    # Internet providers' private customers
    + """
    alice.it aliceadsl.fr arcor.de bell.net bellsouth.net bigpond.com bluewin.ch blueyonder.co.uk btinternet.com
    bigpond.net.au centurylink.net charter.net comcast.net cox.net earthlink.net free.fr freenet.de frontier.com
    hispeed.ch home.nl juno.com kpnmail.nl laposte.net libero.it mindspring.com netscape.net netzero.net neuf.fr
    ntlworld.com online.de optonline.net optusnet.com.au orange.fr pacbell.net planet.nl roadrunner.com rogers.com
    sbcglobal.net sfr.fr shaw.ca sky.com skynet.be sunrise.ch swbell.net sympatico.ca t-online.de talktalk.net
    telenet.be telus.net terra.com.br tin.it tiscali.co.uk tiscali.it uol.com.br verizon.net virgilio.it virgin.net
    virginmedia.com wanadoo.fr windstream.net xs4all.nl xtra.co.nz ziggo.nl
    """.split()  # noqa: SIM905
)


def is_free_mail(domain: str) -> bool:
    """Whether anybody may have an address at this domain (in small letters)."""
    if domain in _DOMAINS:
        return True
    name, *ending = domain.split(".")
    return name in _EVERYWHERE and (len(ending) == 1 or (len(ending) == 2 and ending[0] in _UNDER_A_COUNTRY))
