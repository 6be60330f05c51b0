/* Creates a session's tables from data/schema/ and fills the reference tables from the program's
 * own tables of venues, conditions and words. See schema.h. */
#include "store/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "event/carried.h"
#include "event/cond.h"
#include "event/event.h"
#include "event/record.h"
#include "event/root.h"
#include "event/venue.h"

extern const char schema_001_init[];

int db_exec(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int db_execf(sqlite3 *db, const char *fmt, ...)
{
    char sql[4096];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(sql, sizeof sql, fmt, ap);
    va_end(ap);
    assert(n >= 0 && (size_t)n < sizeof sql);
    return db_exec(db, sql);
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
    return s;
}

int64_t db_int(sqlite3 *db, const char *sql, int64_t none)
{
    sqlite3_stmt *s = NULL;
    int64_t v = none;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
        sqlite3_column_type(s, 0) != SQLITE_NULL)
        v = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return v;
}

int db_put(sqlite3_stmt *put, const char *key, const char *value)
{
    sqlite3_bind_text(put, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, value, -1, SQLITE_STATIC);
    sqlite3_step(put);
    return sqlite3_reset(put);
}

enum err_code db_code(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_LOCKED;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
        return ERR_DISK;
    case SQLITE_NOTADB:
        return ERR_USAGE;
    case SQLITE_IOERR: /* a file cut short reads as an I/O error but is damage */
        return rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_IOERR_CORRUPTFS ? ERR_DAMAGED
                                                                             : ERR_DISK;
    default:
        return ERR_DAMAGED;
    }
}

int db_fail(sqlite3 *db, struct err *err, const char *what, const char *path)
{
    int rc = sqlite3_extended_errcode(db);
    enum err_code code = rc == SQLITE_OK ? ERR_DAMAGED : db_code(rc);
    return err_set(err, code == ERR_OK ? ERR_DAMAGED : code, "%s %s: %s", what, path,
                   sqlite3_errmsg(db));
}

static void bind_word(sqlite3_stmt *s, int i, const char *text)
{
    sqlite3_bind_text(s, i, text ? text : "", -1, SQLITE_STATIC);
}

static int put_word(sqlite3_stmt *s, const char *list, int64_t n, const char *word,
                    const char *sentence)
{
    bind_word(s, 1, list);
    sqlite3_bind_int64(s, 2, n);
    bind_word(s, 3, word);
    bind_word(s, 4, sentence);
    sqlite3_step(s);
    return sqlite3_reset(s);
}

/* Lists of words by number. The casts only give every name function one type. */
static const char *w_event(int n)
{
    return event_kind_name((enum event_kind)n);
}
static const char *w_state(int n)
{
    return quote_state_name((enum quote_state)n);
}
static const char *w_placement(int n)
{
    return placement_name((enum placement)n);
}
static const char *w_rule(int n)
{
    return side_rule_name((enum side_rule)n);
}
static const char *w_reason(int n)
{
    return side_reason_name((enum side_reason)n);
}
static const char *w_reason_sentence(int n)
{
    return side_reason_sentence((enum side_reason)n);
}
static const char *w_family(int n)
{
    return cond_family_name((enum cond_family)n);
}
static const char *w_mode(int n)
{
    return price_mode_name((enum price_mode)n);
}
static const char *w_packet_kind(int n)
{
    return packet_kind_name((enum packet_kind)n);
}
static const char *w_grade(int n)
{
    return packet_grade_name((enum packet_grade)n);
}
static const char *w_packet_state(int n)
{
    return packet_state_name((enum packet_state)n);
}
static const char *w_split(int n)
{
    return packet_split_sentence((enum packet_split)n);
}
static const char *w_revision(int n)
{
    return revision_name((enum revision)n);
}
static const char *w_repair(int n)
{
    return repair_outcome_name((enum repair_outcome)n);
}
static const char *w_repair_sentence(int n)
{
    return repair_outcome_sentence((enum repair_outcome)n);
}
static const char *w_direction_reason(int n)
{
    return direction_reason_name((enum direction_reason)n);
}
static const char *w_direction_sentence(int n)
{
    return direction_reason_sentence((enum direction_reason)n);
}
static const char *w_opening(int n)
{
    return opening_reason_name((enum opening_reason)n);
}
static const char *w_opening_sentence(int n)
{
    return opening_reason_sentence((enum opening_reason)n);
}
static const char *w_forward(int n)
{
    return forward_source_name((enum forward_source)n);
}
static const char *w_forward_sentence(int n)
{
    return forward_source_sentence((enum forward_source)n);
}
static const char *w_rarity(int n)
{
    return rarity_reason_name((enum rarity_reason)n);
}
static const char *w_structure(int n)
{
    return shape_name((enum shape)n);
}
static const char *w_bought(int n)
{
    return shape_bought((enum shape)n);
}
static const char *w_class(int n)
{
    return structure_class_name((enum structure_class)n);
}
static const char *w_gap(int n)
{
    static const char *const names[GAP_COUNT] = {
        [GAP_DISCONNECT] = "disconnect",
        [GAP_SEQUENCE] = "sequence",
        [GAP_OVERFLOW] = "overflow",
        [GAP_DAMAGED_INPUT] = "damaged_input",
    };
    return names[n];
}

static const char *w_settlement(int n)
{
    return settlement_name((enum settlement)n);
}
static const char *w_style(int n)
{
    return exercise_style_name((enum exercise_style)n);
}

static const char *w_reconcile(int n)
{
    return reconcile_outcome_name((enum reconcile_outcome)n);
}
static const char *w_reconcile_sentence(int n)
{
    return reconcile_outcome_sentence((enum reconcile_outcome)n);
}

static const struct {
    const char *list;
    int from, to;
    const char *(*word)(int n), *(*sentence)(int n);
} words[] = {
    {"event", 0, EV_COUNT, w_event, NULL},
    {"side", -1, 2, side_name, NULL},
    {"quote_state", 0, QS_COUNT, w_state, NULL},
    {"placement", 0, PL_COUNT, w_placement, NULL},
    {"side_rule", 0, RULE_COUNT, w_rule, NULL},
    {"side_reason", 0, SR_COUNT, w_reason, w_reason_sentence},
    {"family", 0, COND_FAMILY_COUNT, w_family, NULL},
    {"price_mode", 0, PRICE_MODE_COUNT, w_mode, NULL},
    {"packet_kind", 0, PK_KIND_COUNT, w_packet_kind, NULL},
    {"packet_grade", 0, PG_COUNT, w_grade, NULL},
    {"packet_state", 0, PS_COUNT, w_packet_state, NULL},
    {"packet_split", 0, SPLIT_COUNT, w_split, NULL},
    {"direction", -1, 2, direction_name, NULL},
    {"direction_reason", 0, DR_COUNT, w_direction_reason, w_direction_sentence},
    {"opening_reason", 0, OR_COUNT, w_opening, w_opening_sentence},
    {"baseline_dte", 0, BASELINE_DTES, baseline_dte_name, NULL},
    {"baseline_slot", 0, BASELINE_SLOTS, baseline_slot_name, NULL},
    {"reconcile", 0, RECONCILE_COUNT, w_reconcile, w_reconcile_sentence},
    {"forward_source", 0, FS_COUNT, w_forward, w_forward_sentence},
    {"rarity_reason", 0, RR_COUNT, w_rarity, NULL},
    {"structure", 0, SHAPE_COUNT, w_structure, w_bought},
    {"structure_class", 0, SC_COUNT, w_class, NULL},
    {"revision", 0, REV_COUNT, w_revision, NULL},
    {"repair", 0, REPAIR_COUNT, w_repair, w_repair_sentence},
    {"gap", 0, GAP_COUNT, w_gap, NULL},
    {"settlement", SETTLE_UNKNOWN, SETTLE_PM + 1, w_settlement, NULL},
    {"style", STYLE_UNKNOWN, STYLE_EUROPEAN + 1, w_style, NULL},
};

static int fill_words(sqlite3 *db)
{
    sqlite3_stmt *s = db_prepare(db, "INSERT INTO word VALUES (?, ?, ?, ?)");
    int rc = s ? SQLITE_OK : sqlite3_errcode(db);
    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(words); i++)
        for (int n = words[i].from; rc == SQLITE_OK && n < words[i].to; n++)
            rc = put_word(s, words[i].list, n, words[i].word(n),
                          words[i].sentence ? words[i].sentence(n) : "");
    for (uint32_t bit = 1; rc == SQLITE_OK && bit; bit <<= 1) {
        char name[64];
        if (packet_flags_text(name, sizeof name, bit))
            rc = put_word(s, "packet_flag", bit, name, "");
    }
    sqlite3_finalize(s);
    return rc;
}

static int fill_venues(sqlite3 *db)
{
    sqlite3_stmt *s = db_prepare(db, "INSERT INTO venue VALUES (?, ?, ?, ?, ?, ?, ?)");
    int rc = s ? SQLITE_OK : sqlite3_errcode(db);
    for (uint16_t id = 1; rc == SQLITE_OK && id < venue_count(); id++) {
        const struct venue *v = venue_get(id);
        sqlite3_bind_int(s, 1, id);
        bind_word(s, 2, v->mic);
        bind_word(s, 3, v->name);
        bind_word(s, 4, v->side == VENUE_OPTION ? "option" : "equity");
        sqlite3_bind_text(s, 5, &v->letter, v->letter ? 1 : 0, SQLITE_STATIC);
        sqlite3_bind_int(s, 6, venue_off_exchange(id));
        bind_word(s, 7, v->source);
        sqlite3_step(s);
        rc = sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return rc;
}

static int put_condition(sqlite3_stmt *s, const char *market, char tape, const struct cond *c)
{
    bool option = market[0] == 'o';
    bind_word(s, 1, market);
    sqlite3_bind_text(s, 2, &tape, 1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, &c->letter, 1, SQLITE_STATIC);
    bind_word(s, 4, c->mnemonic);
    bind_word(s, 5, c->meaning);
    bind_word(s, 6, option ? w_family(c->family) : w_mode(c->family));
    bind_word(s, 7, c->forbids);
    bind_word(s, 8, c->source);
    sqlite3_step(s);
    return sqlite3_reset(s);
}

static int fill_conditions(sqlite3 *db)
{
    static const char tapes[] = {'A', 'C'};
    sqlite3_stmt *s =
        db_prepare(db, "INSERT OR IGNORE INTO condition VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    int rc = s ? SQLITE_OK : sqlite3_errcode(db);
    for (int c = ' '; rc == SQLITE_OK && c <= '~'; c++) {
        const struct cond *row = cond_option((char)c);
        if (row)
            rc = put_condition(s, "option", 'O', row);
        for (size_t t = 0; rc == SQLITE_OK && t < ARRAY_LEN(tapes); t++)
            if ((row = cond_equity((char)c, tapes[t])))
                rc = put_condition(s, "equity", tapes[t], row);
    }
    sqlite3_finalize(s);
    return rc;
}

int schema_create(sqlite3 *db)
{
    int rc = db_exec(db, "BEGIN IMMEDIATE");
    if (rc == SQLITE_OK)
        rc = db_exec(db, schema_001_init);
    if (rc == SQLITE_OK)
        rc = fill_words(db);
    if (rc == SQLITE_OK)
        rc = fill_venues(db);
    if (rc == SQLITE_OK)
        rc = fill_conditions(db);
    if (rc == SQLITE_OK)
        rc = db_execf(db, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
                      SCHEMA_APPLICATION_ID, SCHEMA_VERSION);
    return rc;
}
