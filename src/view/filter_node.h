/* A compiled filter, between its parser and its evaluation. Private to view/. */
#pragma once
#include "base/base.h"
#include "base/dec.h"
#include "view/filter.h"

#define FILTER_TEXT_MAX    4096 /* bytes of a filter's text */
#define FILTER_NODES_MAX   256  /* tests and connectives */
#define FILTER_VALUES_MAX  512  /* literals of all tests */
#define FILTER_DEPTH_MAX   64   /* nesting of parentheses and nots */
#define FILTER_LITERAL_MAX 64   /* bytes of one literal */

enum test_op {
    TEST_EQ,
    TEST_NE,
    TEST_LT,
    TEST_LE,
    TEST_GT,
    TEST_GE,
    TEST_IN,
    TEST_BETWEEN,
    TEST_HAS,
    TEST_LIKE
};

struct literal {
    __int128 number; /* numbers: 1e-9; times: ns since 1970, or since midnight if `clock` */
    bool clock;
    char text[FILTER_LITERAL_MAX];
};

struct test {
    const struct column *column;
    enum test_op op;
    uint16_t first, count; /* its literals */
};

enum node_kind { NODE_TEST, NODE_AND, NODE_OR, NODE_NOT };
struct node {
    enum node_kind kind;
    uint16_t left, right;
    struct test test;
};

struct filter {
    enum row_kind kind;
    uint16_t root;
    size_t n_nodes, n_literals; /* no nodes: every row passes */
    struct node nodes[FILTER_NODES_MAX];
    struct literal literals[FILTER_VALUES_MAX];
};

/* Fills *ret from n bytes of s by the type of the column. false with a message in `say`. */
bool literal_parse(const struct column *column, const char *s, size_t n, struct literal *ret,
                   struct text *say);
