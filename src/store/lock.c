/* The lock of a session file. See lock.h. */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

int lock_take(const char *path, int *ret_fd, struct err *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char *name = mem_printf("%s.lock", path);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600), rc = 0;
    if (fd < 0)
        rc = err_set(err, ERR_DISK, "cannot create %s: %s", name, strerror(errno));
    else if (fcntl(fd, F_OFD_SETLK, &lock) != 0)
        rc = err_set(err, ERR_LOCKED, "%s is being recorded by another process", path);
    mem_free(name);
    if (rc == 0)
        *ret_fd = fd;
    else if (fd >= 0)
        close(fd);
    return rc;
}

void lock_drop(const char *path, int fd)
{
    if (fd < 0)
        return;
    char *name = mem_printf("%s.lock", path);
    unlink(name);
    close(fd);
    mem_free(name);
}
