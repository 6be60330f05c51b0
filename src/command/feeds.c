/* tapedeck feeds: the feeds a URI can name, with their options. From the feeds' own tables. */
#include "command/output.h"
#include "command/rows.h"
#include "feed/feed.h"

static int run(const struct args *a, struct err *err)
{
    (void)a;
    output_init();
    for (const struct feed_ops *const *f = feed_all(); *f; f++) {
        output_printf("%s:\n    %s\n", (*f)->scheme, (*f)->sentence);
        for (const struct feed_option *o = (*f)->options; o && o->key; o++)
            output_printf("      %-14s %s%s%s%s\n", o->key, o->sentence,
                          o->value && o->value[0] ? " (default " : "", o->value ? o->value : "",
                          o->value && o->value[0] ? ")" : "");
    }
    return output_finish(err);
}

const struct command command_feeds = {
    .name = "feeds",
    .operands = "",
    .sentence = "list the feeds and their options",
    .description = "Lists the schemes that --feed, --options-feed and --equities-feed take, each "
                   "with the options that may follow the question mark: "
                   "scheme:details?key=value&key=value.",
    .run = run,
};
