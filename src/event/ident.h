/* Ids of prints and unknown condition codes as numbers. A decimal id below 2^63 is itself; any
 * other text is interned and gets the top bit. Exact: two texts never share a number. */
#pragma once
#include "base/base.h"

#define IDENT_MAX 64 /* bytes of a text */

struct idents;

struct idents *idents_create(void);
void idents_destroy(struct idents *t);

/* n = 0 gives 0. Text longer than IDENT_MAX is refused with UINT64_MAX. */
uint64_t ident_of(struct idents *t, const char *s, size_t n);
/* The text of an id into buf (cleaned); returns its length, 0 for id 0. */
size_t ident_text(const struct idents *t, uint64_t id, char *buf, size_t cap);

/* Unknown condition codes: a small table of its own, 1..65535; 0 when full or n = 0. */
uint16_t ident_code(struct idents *t, const char *s, size_t n);
size_t ident_code_text(const struct idents *t, uint16_t code, char *buf, size_t cap);
uint16_t ident_code_count(const struct idents *t);
