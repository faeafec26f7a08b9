"""Resources of mutual recognition."""

from tanhui.registry_api.routes.resource import Resource, reads, writes

_AGREEMENT = "/v1/agreements/{agreement}"

RECOGNITION: tuple[Resource, ...] = (
    *reads(
        ("/v1/agreements", "recognition:Agreements"),
        (_AGREEMENT, "recognition:Agreement"),
        (f"{_AGREEMENT}/terms/{{terms}}", "recognition:Terms"),
        (f"{_AGREEMENT}/anchors", "recognition:Anchors"),
        (f"{_AGREEMENT}/queue", "recognition:Queue"),
        (f"{_AGREEMENT}/sent", "recognition:Sent"),
        (f"{_AGREEMENT}/received", "recognition:Received"),
        (f"{_AGREEMENT}/outgoing", "recognition:Outgoing"),
        (f"{_AGREEMENT}/incoming", "recognition:Incoming"),
        (f"{_AGREEMENT}/transfers/{{transfer}}", "recognition:Transfer"),
        (f"{_AGREEMENT}/statements", "recognition:Statements"),
        (f"{_AGREEMENT}/statements/{{source}}/{{period}}", "recognition:Statement"),
        (f"{_AGREEMENT}/disputes", "recognition:Disputes"),
        (f"{_AGREEMENT}/disputes/{{dispute}}", "recognition:Dispute"),
        ("/v1/mirrors/{batch}", "recognition:Mirror"),
    ),
    *writes(
        ("/v1/agreements", "recognition:ProposeAgreement"),
        (f"{_AGREEMENT}/conclusion", "recognition:ConcludeAgreement"),
        (f"{_AGREEMENT}/suspension", "recognition:SuspendAgreement"),
        (f"{_AGREEMENT}/resumption", "recognition:ResumeAgreement"),
        (f"{_AGREEMENT}/end", "recognition:EndAgreement"),
        (f"{_AGREEMENT}/anchors", "recognition:RotateAnchors"),
        (f"{_AGREEMENT}/locks/points", "recognition:LockPoints"),
        (f"{_AGREEMENT}/locks/credits", "recognition:LockCredits"),
        (f"{_AGREEMENT}/mints", "recognition:Mint"),
        (f"{_AGREEMENT}/aborts", "recognition:Abort"),
        (f"{_AGREEMENT}/finalisations", "recognition:Finalise"),
        (f"{_AGREEMENT}/unlocks", "recognition:Unlock"),
        (f"{_AGREEMENT}/recalls", "recognition:ReceiveRecall"),
        (f"{_AGREEMENT}/disputes", "recognition:OpenDispute"),
        (f"{_AGREEMENT}/disputes/received", "recognition:ReceiveDispute"),
        (f"{_AGREEMENT}/disputes/{{dispute}}/ruling", "recognition:RuleDispute"),
        (f"{_AGREEMENT}/rulings", "recognition:HonourRuling"),
        (f"{_AGREEMENT}/unlocks/by-ruling", "recognition:UnlockByRuling"),
        (f"{_AGREEMENT}/statements", "recognition:FileStatement"),
        (f"{_AGREEMENT}/statements/{{source}}/{{period}}/cosignature", "recognition:CosignStatement"),
    ),
)
