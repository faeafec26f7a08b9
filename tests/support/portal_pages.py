"""The portal's pages, by the names that their pictures bear: which are judged in a browser, and where.

What tests/browser/test_every_page.py holds: a route of the portal is an address here, or is named in NO_PAGE.
"""

from typing import Final

from tests.support.portal_world import FORUM

PUBLIC: Final = {
    "home": "/",
    "programmes": "/programmes",
    "programme": "/programmes/tanxiaohui",
    "projects": "/projects",
    "project": "/projects/office-roofs",
    "batch": "/batches/{batch}",
    "methodologies": "/methodologies",
    "methodology": "/methodologies/walk",
    "retirements": "/retirements",
    "retirements-found": "/retirements?q=conference&purpose=event&since=2026-01-01",
    "retirements-none": "/retirements?q=nothing-like-this",
    "certificate": "/certificates/conference-2026",
    "events": "/events",
    "event": f"/events/{FORUM}",
    "rankings": "/rankings",
    "rankings-districts": "/rankings?of=districts",
    "rankings-found": "/rankings?q=省图书馆",
    "recognition": "/recognition",
    "partners": "/recognised-methodologies",
    "hub": "/hub",
    "serials": "/serials",
    "serial": "/serials/{batch}/7",
    "find": "/find?q=office",
    "find-name": "/find?q=tanxiao",
    "find-none": "/find?q=nothing-like-this",
    "transparency": "/transparency",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "absent": "/projects/no-such-project",
    "nowhere": "/no/such/page",
}
"""Pages that need no account; `batch` is one of credits."""

DESK_PAGES: Final = {
    "desk": ("regulator-approver", "/desk"),
    "desk-approvals": ("regulator-approver", "/desk/approvals"),
    "desk-intake": ("operator-recorder", "/desk/intake"),
    "desk-upload": ("operator-recorder", "/desk/intake/{upload}"),
    "desk-holdings": ("exchange-owner", "/desk/holdings"),
    "desk-dossiers": ("exchange-organiser", "/desk/dossiers"),
    "desk-holds": ("regulator-registrar", "/desk/holds?batch={batch}"),
    "desk-notices": ("regulator-registrar", "/desk/notices"),
    "desk-red-cards": ("regulator-registrar", "/desk/red-cards"),
    "desk-recalls": ("regulator-registrar", "/desk/recalls"),
    "desk-review": ("exchange-verifier", "/desk/review"),
    "desk-verdicts": ("exchange-verifier", "/desk/review/reviewed/{activities}"),
    "desk-reports": ("exchange-owner", "/desk/reports"),
    "desk-report": ("operator-recorder", "/desk/reports/points-liability"),
    "desk-report-own": ("exchange-owner", "/desk/reports/holdings"),
    "desk-look": ("operator-recorder", "/desk/look"),
    "desk-question": (
        "operator-recorder",
        "/desk/look/programmes:Rules?programme=tanxiaohui&version=1&_ask=1",
    ),
    "desk-recognition": ("regulator-registrar", "/desk/recognition"),
    "desk-elsewhere": ("operator-recorder", "/desk/points-from-elsewhere"),
    "desk-actions": ("operator-recorder", "/desk/actions"),
    "desk-retire": ("exchange-owner", "/desk/actions/retirements:Retire"),
    "desk-draft": ("regulator-registrar", "/desk/actions/programmes:Draft"),
}
"""Pages of the desk, each as one of the identities; `upload` is one of activities, `activities` its batch."""

CROSSING: Final = {
    "crossing-agreements": ("", "/recognition"),
    "crossing-agreement": ("", "/recognition/{agreement}"),
    "crossing-partners": ("", "/recognised-methodologies"),
    "crossing-queue": ("regulator-registrar", "/desk/recognition"),
    "crossing-transfer": ("regulator-registrar", "/desk/recognition/{agreement}/c-003"),
    "crossing-refused": ("regulator-registrar", "/desk/recognition/{agreement}/c-refused"),
    "crossing-points": (
        "operator-recorder",
        "/desk/points-from-elsewhere?programme={programme}&account={account}",
    ),
}
"""Pages of a region after everything that crosses between it and another; "" where nobody is signed in."""

NO_PAGE: Final = {
    "/static/{name}": "styles and scripts",
    "/favicon.ico": "a picture",
    "/language/{language}": "leads back",
    "/verify.sha256": "a file",
    "/recognised-methodologies.json": "a file",
    "/hub.json": "a file",
    "/downloads/{register}.{form}": "files",
    "/retirements/{retirement}": "leads to the certificate",
    "/certificates/{certificate}.pdf": "a file",
    "/certificates/{certificate}.bundle.json": "a file",
    "/desk/recognition/{agreement}/{transfer}/{step}.json": "a file",
    "/desk/intake/{upload}/state": "a piece of the upload's page",
    "/desk/reports/files/{job}": "a file",
    "/sign-in/with/{provider}": "leads to the issuer",
    "/sign-in/with/{provider}/callback": "judged with signing out in tests/browser/test_sign_in_elsewhere.py",
}
"""Routes of the portal that are no page to look at, and why."""
