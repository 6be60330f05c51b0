/* Signing the rows of a query by a classic rule. See resign.h. The raw events are read again beside
 * the rows, from the first on: what a print is held against may stand long before it. */
#include "command/resign.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "book/classic.h"
#include "book/signer.h"
#include "event/calendar.h"
#include "view/suggest.h"

#define CHUNK 1024

struct resign {
    struct signer *signer;
    struct event *events;
    size_t n, at;
    uint64_t after;
    bool ended;
};

static const char *rule_name(size_t i, const void *self)
{
    (void)self;
    return classic_name(i);
}

static int no_rule(const char *word, size_t n, struct err *err)
{
    char all[160];
    struct text t = text_on(all, sizeof all);
    const char *near = suggest(word, n, rule_name, NULL);
    for (size_t i = 0; classic_name(i); i++)
        text_add(&t, "%s%s", i ? " " : "", classic_name(i));
    if (near)
        return err_set(err, ERR_USAGE, "--side-rule: no rule '%s', did you mean '%s'?", word, near);
    return err_set(err, ERR_USAGE,
                   "--side-rule: no rule '%s'; there are: %s; each also with :ex behind it for "
                   "the print's own venue alone",
                   word, all);
}

static int read_rule(const char *word, struct signer_rule *rule, struct err *err)
{
    size_t n = strcspn(word, ":");
    rule->rule = classic_find(word, n);
    rule->scope = strcmp(word + n, ":ex") == 0 ? SIGNER_VENUE : SIGNER_ANY;
    if (rule->rule == RULE_NONE)
        return no_rule(word, n, err);
    if (word[n] && strcmp(word + n, ":ex") != 0 && strcmp(word + n, ":all") != 0)
        return err_set(err, ERR_USAGE, "--side-rule: behind %.*s goes :ex or :all, not '%s'",
                       (int)n, word, word + n);
    return 0;
}

int resign_open(const struct args *a, enum row_kind kind, struct resign **ret, struct err *err)
{
    const char *word = a->values[ARG_SIDE_RULE], *lag = a->values[ARG_QUOTE_LAG];
    struct signer_rule rule = {.prints = kind == ROW_OPTION ? EV_OPTION_PRINT : EV_EQUITY_PRINT};
    *ret = NULL;
    if (!word)
        return lag ? err_set(err, ERR_USAGE, "--quote-lag goes with --side-rule RULE") : 0;
    if (kind != ROW_OPTION && kind != ROW_EQUITY)
        return err_set(err, ERR_USAGE, "--side-rule signs options and equities, not %s",
                       row_kind_name(kind));
    int rc = read_rule(word, &rule, err);
    if (rc < 0)
        return rc;
    if (lag && strcmp(lag, "0") != 0 && !duration_parse(lag, strlen(lag), &rule.lag_ns))
        return err_set(err, ERR_USAGE, "--quote-lag takes a duration such as 250ms or 5s, not '%s'",
                       lag);
    struct resign *s = mem_alloc(sizeof *s);
    s->signer = signer_create(&rule);
    s->events = mem_grow(NULL, CHUNK, sizeof *s->events);
    *ret = s;
    return 0;
}

void resign_close(struct resign *s)
{
    if (!s)
        return;
    signer_destroy(s->signer);
    mem_free(s->events);
    mem_free(s);
}

/* One more event to the signer, or the end of what may be looked at. */
static int step(struct resign *s, struct reader *r, struct playhead to, struct err *err)
{
    if (s->at == s->n) {
        int n = reader_events(r, s->after, s->events, CHUNK, err);
        if (n < 0)
            return n;
        s->at = 0;
        s->n = (size_t)n;
    }
    s->ended = s->at == s->n || s->events[s->at].seq > to.seq;
    if (s->ended) {
        signer_finish(s->signer);
        return 0;
    }
    s->after = s->events[s->at].seq;
    signer_push(s->signer, &s->events[s->at++]);
    return 0;
}

int resign_row(struct resign *s, struct reader *r, struct playhead to, struct row *row,
               struct err *err)
{
    struct signed_print p = {0};
    struct join *j = &row->u.join;
    for (;;) {
        while (p.seq < row->ev.seq && signer_take(s->signer, &p))
            continue;
        if (p.seq >= row->ev.seq || s->ended)
            break;
        int rc = step(s, r, to, err);
        if (rc < 0)
            return rc;
    }
    if (p.seq != row->ev.seq)
        return err_set(err, ERR_DAMAGED, "print %llu is not among the session's events",
                       (unsigned long long)row->ev.seq);
    j->side = p.answer.side;
    j->rule = p.answer.rule;
    j->reason = p.answer.reason;
    j->confidence = 0;
    return 0;
}
