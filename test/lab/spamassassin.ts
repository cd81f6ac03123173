import type { Host } from "./host.ts";
import type { SpamFilter } from "./spam-filter.ts";
import { until } from "./wait.ts";

const MILTER_PORT = 8894;
const SPAMD_PORT = 783;
const START_TIMEOUT_MS = 20_000;
const PROBABILITY_FILE = "/etc/spamassassin/lab-spam-probability";

/** SpamAssassin behind its milter: `X-Spam-Flag: YES` on spam. */
export async function startSpamassassin(host: Host): Promise<SpamFilter> {
  await host.write("/etc/spamassassin/local.cf", RULES);
  await host.write("/etc/spamassassin/LabSpam.pm", PLUGIN);
  await host.serve(
    "spamd",
    `spamd --local --nouser-config --max-children=2 --min-children=1 --username=debian-spamd ` +
      `--syslog=stderr --listen=0.0.0.0 --port=${SPAMD_PORT} --allowed-ips=127.0.0.1`,
  );
  await host.serve(
    "spamass-milter",
    `spamass-milter -m -p inet:${MILTER_PORT}@0.0.0.0 -- -d 127.0.0.1 -p ${SPAMD_PORT}`,
  );
  await until("spamd", () => host.listens(SPAMD_PORT), START_TIMEOUT_MS);
  await until("spamass-milter", () => host.listens(MILTER_PORT), START_TIMEOUT_MS);
  return {
    milter: `inet:127.0.0.1:${MILTER_PORT}`,
    mark: { header: "X-Spam-Flag", value: "YES" },
    setSpamProbability: (probability) => host.write(PROBABILITY_FILE, String(probability)),
  };
}

const RULES = `
loadplugin LabSpam /etc/spamassassin/LabSpam.pm
required_score 5.0
report_safe 0
use_bayes 0
header LAB_SPAM eval:lab_spam()
score LAB_SPAM 10.0
describe LAB_SPAM The lab wants this one to be spam
`;

const PLUGIN = `package LabSpam;
use strict;
use Mail::SpamAssassin::Plugin;
our @ISA = ("Mail::SpamAssassin::Plugin");

sub new {
  my ($class, $main) = @_;
  my $self = bless $class->SUPER::new($main), $class;
  $self->register_eval_rule("lab_spam");
  return $self;
}

sub lab_spam {
  open(my $file, "<", "${PROBABILITY_FILE}") or return 0;
  my $probability = <$file>;
  close($file);
  return rand() < $probability ? 1 : 0;
}

1;
`;
