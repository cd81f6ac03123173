/**
 * Headers in the shape that receivers give them, made up for the tests. In each the message comes
 * from mail.sender.example [192.0.2.7], whose own text begins at FORGED: it claims everything.
 */

const SENDER = [
  "Received: from laptop (laptop.sender.example [203.0.113.9])",
  "\tby mail.sender.example (Postfix) with ESMTPSA id 4AAA; Mon, 2 Feb 2026 10:00:00 +0000",
  "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; b=AAAA",
  "From: news@sender.example",
  "Subject: hello",
];

/** What a sender may put on top of its message: every id, every verdict, everything fine. */
export function forged(id: string): string[] {
  return [
    `Authentication-Results: ${id}; dkim=pass header.d=forged.example; spf=pass; dmarc=pass`,
    "Authentication-Results: dkim=pass header.d=forged.example",
    `ARC-Authentication-Results: i=1; ${id}; dkim=pass header.d=forged.example`,
    "Received-SPF: pass (forged) client-ip=198.51.100.66",
    "X-Spam-Status: No, score=-99.0 required=5.0 tests=FORGED",
    "X-Spamd-Result: default: False [-99.00 / 15.00]; FORGED(-99.00)[]",
    "X-Yandex-Spam: 1",
    "X-GMX-Antispam: 0 (Mail was not recognized as spam); Detail=V3;",
    "X-Forefront-Antispam-Report: SCL:-1;SFV:SKN",
  ];
}

function message(...lines: readonly string[]): string {
  return [...lines, ...SENDER, "", "body"].join("\r\n");
}

export const gmail = message(
  "Delivered-To: seed@gmail.com",
  "Received: by 2002:a05:6a10:8a8b:b0:5f1:1f2a:33bb with SMTP id dn11csp100;",
  "        Mon, 2 Feb 2026 02:00:03 -0800 (PST)",
  "X-Received: by 2002:a05:600c:4f86:b0:47e:e2ec:995e with SMTP id 5b1f17b1804b1-1;",
  "        Mon, 02 Feb 2026 02:00:03 -0800 (PST)",
  "ARC-Seal: i=1; a=rsa-sha256; t=1770026403; cv=none; d=google.com; b=AAAA",
  "ARC-Authentication-Results: i=1; mx.google.com;",
  "       dkim=fail header.i=@sender.example header.s=s1 header.b=AAAA;",
  "       spf=pass (google.com: domain of news@sender.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=news@sender.example;",
  "       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=sender.example",
  "Return-Path: <news@sender.example>",
  "Received: from mail.sender.example (mail.sender.example. [192.0.2.7])",
  "        by mx.google.com with ESMTPS id 5b1f17b1804b1-2si1",
  "        for <seed@gmail.com>",
  "        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);",
  "        Mon, 02 Feb 2026 02:00:02 -0800 (PST)",
  "Received-SPF: pass (google.com: domain of news@sender.example designates 192.0.2.7 as permitted sender) client-ip=192.0.2.7;",
  "Authentication-Results: mx.google.com;",
  "       dkim=fail header.i=@sender.example header.s=s1 header.b=AAAA;",
  "       spf=pass (google.com: domain of news@sender.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=news@sender.example;",
  "       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=sender.example",
  ...forged("mx.google.com"),
);

export const microsoft = message(
  "Received: from DB9PR01MB0001.eurprd01.prod.exchangelabs.com (2603:10a6:10:1::5)",
  " by AM0PR01MB0002.eurprd01.prod.exchangelabs.com with HTTPS; Mon, 2 Feb 2026",
  " 10:00:05 +0000",
  "Received: from DU2PR04CA0010.eurprd04.prod.outlook.com (2603:10a6:10:3b::15)",
  " by DB9PR01MB0001.eurprd01.prod.exchangelabs.com (2603:10a6:10:1::5) with",
  " Microsoft SMTP Server (version=TLS1_2,",
  " cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.9000.1; Mon, 2 Feb",
  " 2026 10:00:04 +0000",
  "Received: from DU2PEPF0001E9C2.eurprd03.prod.outlook.com",
  " (2603:10a6:10:3b:cafe::e6) by DU2PR04CA0010.outlook.office365.com",
  " (2603:10a6:10:3b::15) with Microsoft SMTP Server (version=TLS1_3,",
  " cipher=TLS_AES_256_GCM_SHA384) id 15.20.9000.1 via Frontend Transport; Mon, 2",
  " Feb 2026 10:00:04 +0000",
  "Authentication-Results: spf=pass (sender IP is 192.0.2.7)",
  " smtp.mailfrom=sender.example; dkim=pass (signature was verified)",
  " header.d=sender.example;dmarc=pass action=none",
  " header.from=sender.example;compauth=pass reason=100",
  "Received-SPF: Pass (protection.outlook.com: domain of sender.example designates",
  " 192.0.2.7 as permitted sender) receiver=protection.outlook.com;",
  " client-ip=192.0.2.7; helo=mail.sender.example; pr=C",
  "Received: from mail.sender.example (192.0.2.7) by",
  " DU2PEPF0001E9C2.mail.protection.outlook.com (10.167.8.71) with Microsoft SMTP",
  " Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9000.2 via",
  " Frontend Transport; Mon, 2 Feb 2026 10:00:03 +0000",
  "Authentication-Results-Original: tenant.example; dkim=fail",
  ...forged("mx.microsoft.com"),
);

export const yahoo = message(
  "X-Apparently-To: seed@yahoo.com; Mon, 2 Feb 2026 10:00:03 +0000",
  "Return-Path: <news@sender.example>",
  "Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;",
  " dkim=pass header.i=@sender.example header.s=s1;",
  " spf=pass smtp.mailfrom=sender.example;",
  " dmarc=pass(p=REJECT) header.from=sender.example;",
  "X-YMailISG: AAAA",
  "Received: from 192.0.2.7 (EHLO mail.sender.example)",
  " by 10.217.150.69 with SMTPs",
  " (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256);",
  " Mon, 02 Feb 2026 10:00:02 +0000",
  ...forged("atlas1.free.mail.bf1.yahoo.com"),
);

const ICLOUD_RESULTS = [
  'Authentication-Results: bimi.icloud.com; bimi=skipped reason="insufficient dmarc"',
  "Authentication-Results: arc.icloud.com; arc=none",
  "Authentication-results: dmarc.icloud.com; dmarc=pass header.from=sender.example",
  "Authentication-results: dkim-verifier.icloud.com;",
  "\tdkim=pass (2048-bit key) header.d=sender.example header.i=@sender.example header.b=AAAA",
  "Authentication-results: spf.icloud.com; spf=pass (spf.icloud.com: domain of news@sender.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=news@sender.example",
];
const ICLOUD_INNER = [
  "Received: from p01-icloudmta-smtpin-1k-60-percent-8 by p01-mailgateway-smtp-5 (mailgateway) with SMTP id 1;",
  " Mon, 2 Feb 2026 10:00:03 GMT",
];
const ICLOUD_ENTRY = [
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
  " by p01-icloudmta-smtpin-1k-60-percent-8 (Postfix) with ESMTPS id 4BBB",
  " for <seed@icloud.com>; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
];
const FORGED_ICLOUD = [
  "Authentication-Results: dkim-verifier.icloud.com; dkim=pass header.d=forged.example",
  "Authentication-Results: bimi.icloud.com; bimi=pass header.d=forged.example",
];

export const icloud = message(
  ...ICLOUD_INNER,
  ...ICLOUD_RESULTS,
  "X-ICL-SCORE: 3.033340242",
  ...ICLOUD_ENTRY,
  ...FORGED_ICLOUD,
);

export const icloudBelow = message(
  ...ICLOUD_INNER,
  ...ICLOUD_ENTRY,
  ...ICLOUD_RESULTS,
  ...FORGED_ICLOUD,
);

export const fastmail = message(
  "Received: from phl-compute-02.internal (phl-compute-02.internal [10.202.2.42])",
  "\t by sloti12n34 (Cyrus 3.13.0) with LMTPA; Mon, 02 Feb 2026 05:00:04 -0500",
  "X-Spam-known-sender: no",
  "X-Spam-score: 2.1",
  "X-Spam-hits: BAYES_00 -1.9, RCVD_IN_DNSWL_MED -2.3, SPF_PASS -0.001",
  "X-Spam-source: IP='192.0.2.7', Host='mail.sender.example', Country='DE'",
  "X-Resolved-to: seed@fastmail.com",
  "Received: from phl-mx-04 ([10.202.2.203])",
  "  by phl-compute-02.internal (LMTPProxy); Mon, 02 Feb 2026 05:00:04 -0500",
  "Received: from phl-mx-04.messagingengine.com (localhost [127.0.0.1])",
  "\tby mailmx.phl.internal (Postfix) with ESMTP id 4C; Mon, 2 Feb 2026 05:00:03 -0500 (EST)",
  "Received: from phl-mx-04.messagingengine.com (localhost [127.0.0.1])",
  "    by phl-mx-04.messagingengine.com (Authentication Milter) with ESMTP",
  "    id 4D; Mon, 2 Feb 2026 05:00:03 -0500",
  "Authentication-Results: phl-mx-04.messagingengine.com;",
  "    bimi=skipped (DMARC Policy is not at enforcement)",
  "Authentication-Results: phl-mx-04.messagingengine.com;",
  "    arc=none (no signatures found)",
  "Authentication-Results: gateway.partner.example; dkim=fail header.d=sender.example",
  "Authentication-Results: phl-mx-04.messagingengine.com;",
  "    dkim=pass (2048-bit rsa key sha256) header.d=sender.example",
  "      header.i=@sender.example header.b=AAAA header.a=rsa-sha256 header.s=s1",
  "      x-bits=2048;",
  "    dmarc=pass policy.published-domain-policy=none header.from=sender.example;",
  "    iprev=pass smtp.remote-ip=192.0.2.7 (mail.sender.example);",
  "    spf=pass smtp.mailfrom=news@sender.example",
  "      smtp.helo=mail.sender.example",
  "Authentication-Results: phl-mx-04.messagingengine.com;",
  "    x-csa=none; x-me-sender=none; x-ptr=pass smtp.helo=mail.sender.example",
  "      policy.ptr=mail.sender.example",
  "Received-SPF: pass (sender.example: 192.0.2.7 is authorized) receiver=phl-mx-04.messagingengine.com; client-ip=192.0.2.7",
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
  "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
  "\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)",
  "\t(No client certificate requested)",
  "\tby phl-mx-04.messagingengine.com (Postfix) with ESMTPS",
  "\tfor <seed@fastmail.com>; Mon,  2 Feb 2026 05:00:02 -0500 (EST)",
  ...forged("phl-mx-04.messagingengine.com"),
);

export const proton = message(
  "Return-Path: <news@sender.example>",
  "X-Original-To: seed@proton.me",
  "Delivered-To: seed@proton.me",
  "Authentication-Results: mail.protonmail.ch; dmarc=none (p=none dis=none)",
  " header.from=sender.example",
  "Authentication-Results: mail.protonmail.ch; spf=pass smtp.mailfrom=sender.example",
  "Authentication-Results: mail.protonmail.ch; arc=none smtp.remote-ip=192.0.2.7",
  "Authentication-Results: mail.protonmail.ch; dkim=pass (2048-bit key)",
  ' header.d=sender.example header.i=@sender.example header.b="AAAA"',
  "X-Pm-Spamscore: 102",
  "X-Pm-Spam-Action: spam",
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7]) (using TLSv1.3",
  " with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested)",
  " by mailin036.protonmail.ch (Postfix) with ESMTPS id 4EEE for <seed@proton.me>; Mon, ",
  " 2 Feb 2026 10:00:02 +0000 (UTC)",
  ...forged("mail.protonmail.ch"),
);

export const gmx = message(
  "Return-Path: <news@sender.example>",
  "Authentication-Results:  gmx.net; dkim=pass header.i=@sender.example",
  "Authentication-Results:  gmx.net; dkim=pass header.i=@relay.example",
  "X-GMX-Antispam: 0 (Mail was not recognized as spam); Detail=V3;",
  "X-Spam-Flag: NO",
  "X-UI-Filterresults: notjunk:1;V03:K0:AAAA",
  "Received: from mail.sender.example ([192.0.2.7]) by mx-ha.gmx.net",
  " (mxgmx016 [212.227.15.9]) with ESMTPS (Nemesis) id 1MAAAA-1vAAAA for",
  " <seed@gmx.de>; Mon, 02 Feb 2026 11:00:02 +0100",
  ...forged("gmx.net"),
);

export const yandex = message(
  "Received: from mxfront3q.mail.yandex.net ([127.0.0.1])",
  "\tby mxfront3q.mail.yandex.net with LMTP id AAAA",
  "\tfor <seed@yandex.ru>; Mon, 2 Feb 2026 13:00:03 +0300",
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
  "\tby mxfront3q.mail.yandex.net (mxfront/Yandex) with ESMTPS id BBBB;",
  "\tMon, 02 Feb 2026 13:00:02 +0300",
  "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
  "\t(Client certificate not present)",
  "X-Yandex-Front: mxfront3q.mail.yandex.net",
  "Authentication-Results: mxfront3q.mail.yandex.net; spf=pass (mxfront3q.mail.yandex.net: domain of sender.example designates 192.0.2.7 as permitted sender, rule=[ip4:192.0.2.7]) smtp.mail=news@sender.example; dkim=pass header.i=@sender.example",
  "X-Yandex-Spam: 4",
  ...forged("mxfront9z.mail.yandex.net"),
);

/** Postfix with OpenDKIM, OpenDMARC and policyd-spf, Dovecot by LMTP behind it. */
export const postfixMilters = message(
  "Return-Path: <news@sender.example>",
  "Delivered-To: seed@small.example",
  "Received: from mx.small.example",
  "\tby store.small.example with LMTP id AAAA",
  "\t(envelope-from <news@sender.example>)",
  "\tfor <seed@small.example>; Mon, 02 Feb 2026 10:00:03 +0000",
  "X-Spamd-Result: default: False [2.04 / 15.00]; R_SPF_ALLOW(-0.20)[+mx]",
  "Authentication-Results: mx.small.example; dmarc=pass (p=none dis=none) header.from=sender.example",
  "Authentication-Results: mx.small.example;",
  '\tdkim=pass (2048-bit key; unprotected) header.d=sender.example header.i=@sender.example header.b="AAAA"',
  "Authentication-Results: mx.small.example; spf=pass (mailfrom) smtp.mailfrom=sender.example",
  "\t(client-ip=192.0.2.7; helo=mail.sender.example; envelope-from=news@sender.example; receiver=<UNKNOWN>)",
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
  "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
  "\t key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256)",
  "\t(No client certificate requested)",
  "\tby mx.small.example (Postfix) with ESMTPS id 4FFF",
  "\tfor <seed@small.example>; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
  ...forged("mx.small.example"),
);

/**
 * Postfix with rspamd as a milter, which writes directly below Postfix's own field and appends its
 * score; `on` is the machine that it names.
 */
export function milterBelow(on: string, ...more: readonly string[]): string {
  return message(
    "Received: from mx.small.example",
    "\tby store with LMTP id AAAA",
    "\tfor <seed@small.example>; Mon, 02 Feb 2026 10:00:03 +0000",
    "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
    "\tby mx.small.example (Postfix) with ESMTPS id 4FFF",
    "\tfor <seed@small.example>; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
    "Authentication-Results: mx.small.example;",
    "\tdkim=fail header.d=sender.example header.s=s1 header.b=AAAA;",
    "\tspf=pass (mx.small.example: domain of news@sender.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=news@sender.example",
    "Authentication-Results: mx.small.example; dmarc=pass (policy=none) header.from=sender.example",
    "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; b=AAAA",
    ...more,
    "X-Canary-Token: 0123456789abcdef",
    "X-Spam-Status: Yes, score=7.00",
    "X-Spamd-Result: default: False [7.00 / 15.00];",
    "\tR_DKIM_REJECT(1.00)[sender.example:s=s1]",
    `X-Rspamd-Server: ${on}`,
  );
}

/** A content filter hands the message back to Postfix over loopback; Exim would do the same. */
export const reinjected = message(
  "Received: from localhost (localhost [127.0.0.1])",
  "\tby mx.small.example (Postfix) with ESMTP id 4HHH; Mon,  2 Feb 2026 10:00:03 +0000 (UTC)",
  "X-Spam-Status: Yes, score=7.5 tagged_above=2 required=6.2 tests=[A=1, B=2] autolearn=no",
  "Received: from mx.small.example ([127.0.0.1])",
  "\tby localhost (mx.small.example [127.0.0.1]) (amavisd-new, port 10024)",
  "\twith ESMTP id AAAA; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
  "Received: from mail.sender.example (mail.sender.example [192.0.2.7])",
  "\tby mx.small.example (Postfix) with ESMTPS id 4GGG; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
  ...forged("mx.small.example"),
);

/** Says the receiver's own name in HELO, so that its forged Received looks like an inner one. */
export const impostor = message(
  "Authentication-Results: mx.small.example; spf=fail smtp.mailfrom=sender.example",
  "Received: from mx.small.example (unknown [192.0.2.7])",
  "\tby mx.small.example (Postfix) with ESMTP id 4JJJ; Mon,  2 Feb 2026 10:00:02 +0000 (UTC)",
  ...forged("mx.small.example"),
  "Received: from bank.example (bank.example [198.51.100.66])",
  "\tby mx.small.example (Postfix) with ESMTPS id 4KKK; Mon,  2 Feb 2026 10:00:01 +0000 (UTC)",
);
