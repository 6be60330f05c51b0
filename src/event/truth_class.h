/* The words of a truth file (`truth=PATH` of the synthetic market, read by `score`): the maker of a
 * tape and who scores it share nothing else. */
#pragma once

/* Classes of parent orders: id, word in the file. */
#define TRUTH_CLASSES(X)                                                                           \
    X(SINGLE, "single")                                                                            \
    X(FILL_RUN, "fill_run")                                                                        \
    X(SWEEP, "sweep")                                                                              \
    X(ISO_SWEEP, "iso_sweep")                                                                      \
    X(BLOCK, "block")                                                                              \
    X(REPEAT, "repeat")                                                                            \
    X(PACKAGE, "package")                                                                          \
    X(ROLL, "roll")                                                                                \
    X(STOCK_TIED, "stock_tied")                                                                    \
    X(RETAIL_AUCTION, "retail_auction")                                                            \
    X(HIDDEN_ACCUMULATION, "hidden_accumulation")                                                  \
    X(ABSORPTION, "absorption")                                                                    \
    X(AVERAGE_PRICE, "average_price")                                                              \
    X(NOISE, "noise")
