/* Columns of marks. */
#include "view/field.h"

NUMBER_IS(id_number, (int64_t)r->u.mark.id)
INT_VALUE(id, id_number)

CELL(letter)
{
    if (r->u.mark.letter)
        text_addn(out, &r->u.mark.letter, 1);
}

NUMBER_IS(at_number, r->u.mark.ns)
TIME_VALUE(at, at_number)

CELL(at_cell)
{
    put_clock(out, r->u.mark.ns);
}

NUMBER_IS(seq_number, (int64_t)r->u.mark.seq)
INT_VALUE(seq, seq_number)

WORD_IS(note, r->u.mark.text)

/* clang-format off */
const struct column mark_columns[] = {
    {.name = "id", .title = "ID", .width = 4, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "number of the mark in the session", .value = id, .number = id_number},
    {.name = "letter", .title = "M", .width = 1, .sentence = "letter that goes there; empty = none",
     .value = letter},
    {.name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,
     .sentence = "engine time of the place", .value = at, .cell = at_cell, .number = at_number},
    {.name = "seq", .title = "SEQ", .width = 10, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "last event before the place", .value = seq, .number = seq_number},
    {.name = "text", .title = "NOTE", .width = 40, .sentence = "what was noted", .value = note},
};
const size_t mark_columns_n = ARRAY_LEN(mark_columns);
/* clang-format on */
