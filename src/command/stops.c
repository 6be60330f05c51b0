/* See stops.h. */
#include "command/stops.h"

#include <time.h>

#include "base/base.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void stops_hold(struct stops *s)
{
    sigemptyset(&s->held);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaddset(&s->held, signals[i]);
    pthread_sigmask(SIG_BLOCK, &s->held, &s->before);
}

int stops_pending(void)
{
    sigset_t pending;
    if (sigpending(&pending) != 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (sigismember(&pending, signals[i]) == 1)
            return signals[i];
    return 0;
}

int stops_release(struct stops *s)
{
    const struct timespec now = {0};
    int first = 0, taken;
    while ((taken = sigtimedwait(&s->held, NULL, &now)) > 0)
        first = first ? first : taken;
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
    return first;
}
