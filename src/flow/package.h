/* Orders of several legs (microstructure.md section 6): prints the exchange marked as legs wait
 * here until their group is complete, and become packages. Those without the mark are looked at
 * beside their packets, and may make an inferred structure. Fixed memory; groups close at deadlines
 * of engine time. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/event.h"
#include "event/record.h"
#include "event/symbol.h"
#include "flow/partition.h"

struct package_policy {
    int64_t leg_gap_ns;   /* marked legs: execution times of a package, pause between arrivals */
    int64_t infer_gap_ns; /* the same without the mark */
    struct structure_policy structure;
};

/* One print reads as a group's member by these. */
struct package_key {
    int64_t qty; /* inferred: 1e-6 contracts, the same of each leg; marked: 0 */
    uint32_t underlying;
    uint16_t venue;
    uint8_t family; /* enum cond_family; inferred: COND_REGULAR */
    bool inferred;
};

/* A package found among n prints: `mask` says which are its own. p->id is that of its first print;
 * p is zeroed for an inferred structure. at_seq and by_seq are left zero. */
struct package {
    struct structure s;
    struct packet p;
    uint64_t mask;
};

struct package_out {
    void *self;
    /* Each package as its group closes, in order of ids; joins: those of the prints, NULL for an
     * inferred one. Neither may call back into the pool. */
    void (*found)(void *self, const struct package *k, const struct leg_print *prints,
                  const struct join *joins);
    /* A print belongs to another group from now on: its own had no more room. */
    void (*moved)(void *self, uint64_t place, uint64_t group);
};

struct packages;

/* symbols is borrowed. */
struct packages *packages_create(const struct package_policy *policy, const struct symbols *symbols,
                                 const struct package_out *out);
void packages_destroy(struct packages *k);
void packages_reset(struct packages *k);
void packages_copy(struct packages *dst, const struct packages *src); /* keeps dst's out */

/* Adds a print marked as a leg, the join as it will be told; place: of the print in the history of
 * prints. Returns the id of its group: the packet id its join gets, until the group is resolved. */
uint64_t packages_add(struct packages *k, const struct package_key *key, const struct event *ev,
                      const struct join *j, uint64_t place);
/* Looks at a signed print of no package; its join has its packet. */
void packages_watch(struct packages *k, const struct package_key *key, const struct event *ev,
                    const struct join *j, uint64_t place);

/* The deadline that comes next, INT64_MAX when nothing waits. */
int64_t packages_next(const struct packages *k);
/* Closes every group whose deadline lies before now_ns, in order of deadline. */
void packages_advance(struct packages *k, int64_t now_ns);
uint32_t packages_open(const struct packages *k); /* groups of marked legs that wait */
/* Something may be missing from the tape: what waits will close as incomplete. */
void packages_gap(struct packages *k);

/* Repairs. Whether the group still waits; then its print `seq` is replaced by *p and *j, or taken
 * out (NULL): the group is as if it had come so. */
bool packages_amend(struct packages *k, const struct package_key *key, uint64_t group, uint64_t seq,
                    const struct leg_print *p, const struct join *j);
/* Unmarked prints: these, in order of seq, are now all that wait with the key; n may be 0. */
void packages_replace(struct packages *k, const struct package_key *key,
                      const struct leg_print *prints, size_t n);
/* The packages of n prints in order of seq, as their group would have closed with them, at_ns zero;
 * `of`: what made->mask is of, within prints. */
void packages_make(const struct packages *k, const struct package_key *key,
                   const struct leg_print *prints, size_t n, void *self,
                   void (*found)(void *self, const struct package *made,
                                 const struct leg_print *of));

/* Frames (base/track.h): groups whole, then their prints. */
struct frame_part packages_frame_groups(const struct packages *k, uint32_t kind);
struct frame_part packages_frame_prints(const struct packages *k, uint32_t kind);
size_t packages_entry_size(bool group); /* of a group, or of a print */
void packages_load_begin(struct packages *k);
bool packages_load_group(struct packages *k, const void *entry, size_t size);
bool packages_load_print(struct packages *k, const void *entry, size_t size);
