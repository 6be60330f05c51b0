/* tapedeck: argument words in, exit code out. Everything else is in command/. */
#include <stdio.h>

#include "command/command.h"
#include "command/output.h"
#include "store/store.h"

int main(int argc, char **argv)
{
    struct args args;
    struct err err = {0};
    output_init();
    store_global_init();
    int rc = args_parse(argc, argv, &args, &err);
    if (rc == 0)
        rc = args.command->run(&args, &err);
    args_finish(&args);
    if (err.text[0])
        fprintf(stderr, "tapedeck: %s\n", err.text);
    return rc < 0 ? -rc : 0;
}
