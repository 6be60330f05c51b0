/* Baselines from session to session. See carry.h. */
#include "carry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "deck/deck.h"
#include "store/query.h"
#include "store/store.h"

static int64_t meta_int(struct reader *r, const char *key, int64_t none)
{
    char value[32];
    return reader_meta(r, key, value, sizeof value) == 0 ? strtoll(value, NULL, 10) : none;
}

/* Why the baselines of a session cannot be taken over; 0 = they can. */
static int refuse(struct reader *r, const char *path, struct err *err)
{
    struct reader_state st;
    int rc = reader_state(r, &st, err);
    if (rc < 0)
        return rc;
    int64_t version = meta_int(r, "baseline.version", 0);
    if (st.exported)
        return err_set(err, ERR_USAGE, "%s is an export and holds no baselines", path);
    if (!st.closed)
        return err_set(err, ERR_USAGE, "%s was not closed, so it left no baselines", path);
    if (reader_newer(r) || version > BASELINE_VERSION)
        return err_set(err, ERR_USAGE, "%s was recorded by a newer tapedeck", path);
    if (version != BASELINE_VERSION || st.engine_version != DECK_ENGINE_VERSION)
        return err_set(err, ERR_USAGE, "%s has baselines of another engine", path);
    return 0;
}

static void set_name(struct carry *c, const char *path)
{
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    text_clean(c->from, sizeof c->from, name, strlen(name));
}

int carry_open(const char *path, struct carry *ret, struct err *err)
{
    struct reader *r;
    struct carried *cells;
    int rc = reader_open(path, &r, err);
    if (rc < 0)
        return rc;
    rc = refuse(r, path, err);
    if (rc == 0)
        rc = reader_carried(r, true, &cells, err);
    if (rc == 0) {
        *ret = (struct carry){.cells = cells};
        set_name(ret, path);
    }
    reader_close(r);
    return rc;
}

void carry_finish(struct carry *c)
{
    carried_destroy(c->cells);
    *c = (struct carry){0};
}

static void write_cells(struct store *s, bool left, const struct carried *c)
{
    for (uint32_t i = 0; i < carried_count(c); i++)
        store_baseline(s, left, carried_at(c, i));
}

static void write_fact(struct store *s, const char *key, uint64_t n)
{
    char value[32];
    snprintf(value, sizeof value, "%" PRIu64, n);
    store_meta(s, key, value);
}

void carry_begin(const struct carry *c, struct deck *d, struct store *s)
{
    deck_carry(d, c->cells);
    write_cells(s, false, c->cells);
    write_fact(s, "baseline.version", BASELINE_VERSION);
    write_fact(s, "baseline.begun", carried_count(c->cells));
    write_fact(s, "rows.baseline_cell", carried_count(c->cells));
    store_meta(s, "baseline.from", c->from[0] ? c->from : "none");
}

void carry_end(struct carry *ret, const char *path, const struct deck *d, struct store *s)
{
    uint32_t left_out;
    struct carried *left = deck_left(d, &left_out);
    uint32_t begun = carried_count(deck_begun(d));
    write_cells(s, true, left);
    write_fact(s, "baseline.left", carried_count(left));
    write_fact(s, "baseline.left_out", left_out);
    write_fact(s, "rows.baseline_cell", (uint64_t)begun + carried_count(left));
    carry_finish(ret);
    ret->cells = left;
    set_name(ret, path);
}
