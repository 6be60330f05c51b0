/* Matching claims with the truth. See score.h. */
#include "score/score.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define NONE UINT32_MAX

/* Option prints of one parent in one packet. */
struct cell {
    uint32_t packet, parent;
    uint32_t prints;
    int64_t size;
};

/* A parent or a packet: what it has in all, and the cell with most of it. */
struct whole {
    uint32_t prints, cells;
    int64_t size;
    uint32_t top; /* cell, NONE = none */
};
struct parent {
    struct whole all;
    uint32_t row; /* its first */
    int8_t side;  /* common to its option prints */
    bool mixed;   /* they have several */
    bool sided;   /* the deck gave one of them a side */
};

struct job {
    const struct truth *truth;
    const struct claims *claims;
    const struct symbols *symbols;
    uint32_t *rows;    /* by print: its row of the truth, NONE = no label */
    uint32_t *packets; /* by print: its place among the packets, NONE = in none */
    struct parent *parents;
    struct whole *wholes; /* by packet */
    struct cell *cells;
    size_t n_cells, same;
    void (*miss)(void *self, const struct score_miss *m);
    void *self;
    struct score *out;
};

/* ---- prints and rows ------------------------------------------------------------------------ */

struct key {
    uint64_t print;
    uint32_t sym, row;
};

static int compare_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->print != y->print)
        return x->print < y->print ? -1 : 1;
    return (x->sym > y->sym) - (x->sym < y->sym);
}

static struct map *name_map(const struct symbols *symbols)
{
    struct map *m = map_create();
    for (uint32_t i = 1; i <= symbols_count(symbols); i++) {
        const struct instrument *in = symbols_get(symbols, i);
        if (in)
            map_put(m, in->symbol, strlen(in->symbol), i);
    }
    return m;
}

/* The rows whose symbol the session knows, in the order of compare_key. */
static struct key *sorted_keys(const struct job *k, size_t *ret_n)
{
    struct map *names = name_map(k->symbols);
    struct key *keys = mem_grow(NULL, MAX(k->truth->n, 1u), sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < k->truth->n; i++) {
        const struct truth_row *row = &k->truth->rows[i];
        uint32_t sym;
        if (map_get(names, row->symbol, strlen(row->symbol), &sym))
            keys[n++] = (struct key){row->print, sym, (uint32_t)i};
    }
    map_destroy(names);
    qsort(keys, n, sizeof *keys, compare_key);
    *ret_n = n;
    return keys;
}

static void label_prints(struct job *k)
{
    size_t n;
    struct key *keys = sorted_keys(k, &n);
    bool *taken = mem_alloc(MAX(k->truth->n, 1u) * sizeof *taken);
    for (size_t i = 0; i < k->claims->n_prints; i++) {
        const struct claim_print *p = &k->claims->prints[i];
        struct key wanted = {.print = p->id, .sym = p->sym};
        const struct key *found = p->id && n ? bsearch(&wanted, keys, n, sizeof *keys, compare_key)
                                             : NULL;
        k->rows[i] = NONE;
        k->out->prints++;
        if (!found)
            continue;
        if (taken[found->row]) {
            k->out->again++;
            continue;
        }
        taken[found->row] = true;
        k->rows[i] = found->row;
        k->out->labelled++;
        k->same += p->printed == k->truth->rows[found->row].qty;
        k->out->cancelled += p->cancelled;
    }
    k->out->rows = k->truth->n;
    k->out->bad_rows = k->truth->bad;
    k->out->absent = k->truth->n - k->out->labelled;
    k->out->resized = k->out->labelled - k->same;
    mem_free(taken);
    mem_free(keys);
}

static int check_belongs(const struct job *k, struct err *err)
{
    const struct score *s = k->out;
    if (k->same * 2 >= k->truth->n || (k->same && k->same * 2 >= s->prints))
        return 0;
    return err_set(err, ERR_USAGE,
                   "the truth does not belong to this session: of its %llu rows %llu name a print "
                   "of the session by symbol and id, %llu of them with the same size",
                   (unsigned long long)s->rows, (unsigned long long)s->labelled,
                   (unsigned long long)k->same);
}

/* ---- sides ---------------------------------------------------------------------------------- */

static enum score_group group_of(const struct claim_print *p)
{
    return p->option ? SG_OPTION : p->off_exchange ? SG_OFF : SG_LIT;
}

static void score_side(struct score *s, const struct claim_print *p, int truth)
{
    enum score_group g = group_of(p);
    struct score_place *place = &s->places[g][p->placement < PL_COUNT ? p->placement : PL_NONE];
    if (!truth) {
        s->sideless[g]++;
        s->unfounded[g] += p->side != 0;
        return;
    }
    place->prints++;
    if (!p->side)
        return;
    place->right += p->side == truth;
    place->wrong += p->side != truth;
    calibration_add(&s->calibration[g], p->confidence, p->side == truth);
}

static void score_sides(struct job *k)
{
    for (size_t i = 0; i < k->claims->n_prints; i++) {
        const struct claim_print *p = &k->claims->prints[i];
        if (k->rows[i] != NONE && !p->cancelled)
            score_side(k->out, p, k->truth->rows[k->rows[i]].side);
    }
}

/* ---- packets and parents -------------------------------------------------------------------- */

static int compare_packet(const void *a, const void *b)
{
    const struct claim_packet *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void find_packets(struct job *k)
{
    const struct claims *c = k->claims;
    for (size_t i = 0; i < c->n_prints; i++) {
        struct claim_packet wanted = {.id = c->prints[i].packet};
        const struct claim_packet *p =
            wanted.id && !c->prints[i].cancelled && c->n_packets
                ? bsearch(&wanted, c->packets, c->n_packets, sizeof *p, compare_packet)
                : NULL;
        k->packets[i] = p ? (uint32_t)(p - c->packets) : NONE;
    }
}

static void add_member(struct parent *a, const struct claim_print *p, int truth)
{
    a->mixed |= a->all.prints && a->side != truth;
    a->side = (int8_t)truth;
    a->sided |= p->side != 0;
    a->all.prints++;
    a->all.size += p->qty;
}

static void add_prints(struct job *k)
{
    for (size_t i = k->truth->n; i-- > 0;)
        k->parents[k->truth->rows[i].parent].row = (uint32_t)i;
    for (size_t i = 0; i < k->claims->n_prints; i++) {
        const struct claim_print *p = &k->claims->prints[i];
        const struct truth_row *row = k->rows[i] == NONE ? NULL : &k->truth->rows[k->rows[i]];
        if (!p->option || p->cancelled)
            continue;
        if (row)
            add_member(&k->parents[row->parent], p, row->side);
        if (k->packets[i] == NONE)
            continue;
        k->wholes[k->packets[i]].prints++;
        k->wholes[k->packets[i]].size += p->qty;
        if (row)
            k->cells[k->n_cells++] = (struct cell){k->packets[i], row->parent, 1, p->qty};
    }
}

static int compare_cell(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    if (x->packet != y->packet)
        return x->packet < y->packet ? -1 : 1;
    return (x->parent > y->parent) - (x->parent < y->parent);
}

static void merge_cells(struct job *k)
{
    size_t n = 0;
    if (k->n_cells)
        qsort(k->cells, k->n_cells, sizeof *k->cells, compare_cell);
    for (size_t i = 0; i < k->n_cells; i++) {
        if (n && compare_cell(&k->cells[n - 1], &k->cells[i]) == 0) {
            k->cells[n - 1].prints++;
            k->cells[n - 1].size += k->cells[i].size;
        } else
            k->cells[n++] = k->cells[i];
    }
    k->n_cells = n;
}

/* The largest by size, then by prints, then the first. */
static void offer(const struct job *k, struct whole *w, uint32_t at)
{
    const struct cell *new = &k->cells[at], *old = w->top == NONE ? NULL : &k->cells[w->top];
    w->cells++;
    if (!old || new->size > old->size || (new->size == old->size &&new->prints > old->prints))
        w->top = at;
}

static void find_tops(struct job *k)
{
    for (size_t i = 0; i < k->truth->n_parents; i++)
        k->parents[i].all.top = NONE;
    for (size_t i = 0; i < k->claims->n_packets; i++)
        k->wholes[i].top = NONE;
    for (size_t i = 0; i < k->n_cells; i++) {
        offer(k, &k->wholes[k->cells[i].packet], (uint32_t)i);
        offer(k, &k->parents[k->cells[i].parent].all, (uint32_t)i);
    }
}

static_assert(PK_KIND_COUNT == 6, "a new kind of packet needs its row in SCORE_KINDS");

static enum score_kind kind_of(const struct claim_packet *p)
{
    static const struct {
        uint8_t kind, grade;
    } kinds[SK_COUNT] = {
#define X(id, name, kind, grade) [SK_##id] = {kind, grade},
        SCORE_KINDS(X)
#undef X
    };
    for (int i = 0; i < SK_COUNT; i++)
        if (kinds[i].kind == p->kind && kinds[i].grade == p->grade)
            return (enum score_kind)i;
    return SK_NONE;
}

static void score_packet(struct job *k, size_t at)
{
    const struct whole *w = &k->wholes[at];
    enum score_kind kind = kind_of(&k->claims->packets[at]);
    if (w->top == NONE || kind == SK_NONE) {
        k->out->unlabelled_packets += w->prints != 0;
        return;
    }
    struct score_packets *s = &k->out->kinds[kind];
    s->packets++;
    s->size += w->size;
    s->main_size += k->cells[w->top].size;
    s->shares += (double)k->cells[w->top].size / (double)w->size;
}

static bool reading_has(enum truth_class class, enum score_kind kind, bool *ret_any)
{
    *ret_any = false;
    for (size_t i = 0; i < score_readings_n; i++) {
        if (!(score_readings[i].classes >> class & 1))
            continue;
        *ret_any = true;
        if (kind < SK_COUNT && score_readings[i].kinds >> kind & 1)
            return true;
    }
    return false;
}

static void tell_miss(struct job *k, const struct parent *a, struct score_miss *m)
{
    bool wanted, right = reading_has(m->row->class, m->best, &wanted) && m->exact;
    m->prints = a->all.prints;
    m->packets = a->all.cells;
    if (k->miss && wanted && (!right || m->wrong_side))
        k->miss(k->self, m);
}

static void score_direction(struct score_class *c, const struct parent *a, int side)
{
    if (a->mixed || !side)
        return;
    c->agreed += side == a->side;
    c->wrong += a->side && side != a->side;
    c->unfounded += !a->side;
}

static void score_parent(struct job *k, const struct parent *a)
{
    const struct truth_row *row = &k->truth->rows[a->row];
    const struct cell *top = a->all.top == NONE ? NULL : &k->cells[a->all.top];
    const struct claim_packet *packet = top ? &k->claims->packets[top->packet] : NULL;
    struct score_class *c = &k->out->classes[row->class];
    struct score_miss m = {.row = row, .best = packet ? kind_of(packet) : SK_NONE};
    if (!a->all.prints)
        return;
    c->parents++;
    c->abstained += !a->sided;
    c->best[m.best]++;
    c->size += a->all.size;
    if (packet) {
        c->best_size += top->size;
        c->shares += (double)top->size / (double)a->all.size;
        score_direction(c, a, packet->side);
        m.packet = packet->id;
        m.exact = top->prints == a->all.prints && top->prints == k->wholes[top->packet].prints;
        m.wrong_side = !a->mixed && a->side && packet->side == -a->side;
        if (m.best != SK_NONE)
            c->exact[m.best] += m.exact;
    }
    tell_miss(k, a, &m);
}

static void score_groups(struct job *k)
{
    find_packets(k);
    add_prints(k);
    merge_cells(k);
    find_tops(k);
    for (size_t i = 0; i < k->claims->n_packets; i++)
        score_packet(k, i);
    for (size_t i = 0; i < k->truth->n_parents; i++)
        score_parent(k, &k->parents[i]);
}

int score_make(const struct truth *truth, const struct claims *claims,
               const struct symbols *symbols, void (*miss)(void *self, const struct score_miss *m),
               void *self, struct score *ret, struct err *err)
{
    struct score out = {.runs = 1};
    size_t prints = MAX(claims->n_prints, 1u);
    struct job k = {
        .truth = truth,
        .claims = claims,
        .symbols = symbols,
        .rows = mem_grow(NULL, prints, sizeof *k.rows),
        .packets = mem_grow(NULL, prints, sizeof *k.packets),
        .cells = mem_grow(NULL, prints, sizeof *k.cells),
        .parents = mem_alloc(MAX(truth->n_parents, 1u) * sizeof *k.parents),
        .wholes = mem_alloc(MAX(claims->n_packets, 1u) * sizeof *k.wholes),
        .miss = miss,
        .self = self,
        .out = &out,
    };
    label_prints(&k);
    int rc = check_belongs(&k, err);
    if (rc == 0) {
        score_sides(&k);
        score_groups(&k);
        *ret = out;
    }
    mem_free(k.rows);
    mem_free(k.packets);
    mem_free(k.cells);
    mem_free(k.parents);
    mem_free(k.wholes);
    return rc;
}
