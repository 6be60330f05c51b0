/* Runs one check suite as TAP. See harness.h. */
#include "harness.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[PATH_MAX];

static void remove_dir(void)
{
    char command[PATH_MAX + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (dir[0] && system(command) != 0)
        fprintf(stderr, "# could not remove %s\n", dir);
}

const char *test_dir(void)
{
    if (!dir[0]) {
        const char *tmp = getenv("TMPDIR");
        snprintf(dir, sizeof dir, "%s/tapedeck-test-XXXXXX", tmp ? tmp : "/tmp");
        if (!mkdtemp(dir))
            abort();
        atexit(remove_dir);
    }
    return dir;
}

const char *test_sample(const char *name)
{
    static char path[PATH_MAX];
    const char *root = getenv("TAPEDECK_SAMPLES");
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared/samples", name);
    if (access(path, R_OK) == 0)
        return path;
    printf("# skipped: sample %s is not here\n", name);
    return NULL;
}

int main(void)
{
    SRunner *runner = srunner_create(test_suite());
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
