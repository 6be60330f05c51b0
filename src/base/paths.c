/* File locations. See paths.h. */
#include "base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int paths_data(char *buf, size_t cap, struct err *err)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;
    if (data && data[0] == '/')
        n = snprintf(buf, cap, "%s/tapedeck", data);
    else if (home && home[0])
        n = snprintf(buf, cap, "%s/.local/share/tapedeck", home);
    else
        return err_set(err, ERR_CONFIG, "no place for sessions: set HOME or XDG_DATA_HOME");
    return (size_t)n < cap ? 0 : err_set(err, ERR_CONFIG, "the data folder's path is too long");
}

int paths_make(const char *dir, struct err *err)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s", dir) >= sizeof path)
        return err_set(err, ERR_CONFIG, "path too long: %s", dir);
    for (char *p = path + 1;; p++) {
        if (*p && *p != '/')
            continue;
        char c = *p;
        *p = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_set(err, ERR_DISK, "cannot make the folder %s: %s", path, strerror(errno));
        if (!c)
            return 0;
        *p = c;
    }
}
