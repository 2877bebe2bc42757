/*
 * A bare gate in C, which shows the lower bound for the cost of a connection. It has one epoll loop and serves in order
 * of arrival. It has no timeouts, notices no departures, supports no half-closes and bounds only the slots. Not for
 * production.
 *
 *     floor PORT UPSTREAM_PORT LIMIT
 */
#include "common.h"

struct side {
    int fd;
    struct side *other;  /* null while it waits */
    struct side *next;   /* in the waiting room */
    int is_upstream;
};

static int epoll, listener, upstream_port, free_slots;
static struct side *first, *last;
static char buffer[64 * 1024];

static void pass(struct side *from)
{
    ssize_t n = recv(from->fd, buffer, sizeof buffer, 0);
    if (n > 0 && send(from->other->fd, buffer, n, MSG_NOSIGNAL) == n)
        return;
    if (n < 0 && errno == EAGAIN)
        return;
    /* The first FIN ends both sides. The gate waits for the upstream's end, so the upstream never exceeds the limit. */
    if (!from->is_upstream) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, from->fd, NULL);
        shutdown(from->other->fd, SHUT_WR);
        return;
    }
    close(from->fd);
    close(from->other->fd);
    free(from->other);
    free(from);
    free_slots++;
}

static void admit(struct side *client)
{
    struct side *up = calloc(1, sizeof *up);
    struct sockaddr_in to = loopback(0, upstream_port);
    up->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    up->is_upstream = 1;
    up->other = client;
    client->other = up;
    if (up->fd < 0 || (connect(up->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS))
        die("connect");
    watch(epoll, EPOLL_CTL_ADD, up->fd, EPOLLIN, up);
    watch(epoll, EPOLL_CTL_ADD, client->fd, EPOLLIN, client);
    pass(client);
}

static void receive(void)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct side *client = calloc(1, sizeof *client);
        client->fd = fd;
        if (last)
            last->next = client;
        else
            first = client;
        last = client;
    }
}

static void admit_waiters(void)
{
    while (first && free_slots > 0) {
        struct side *client = first;
        first = client->next;
        if (!first)
            last = NULL;
        free_slots--;
        admit(client);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    struct sockaddr_in address = loopback(0, atoi(argv[1]));
    upstream_port = atoi(argv[2]);
    free_slots = atoi(argv[3]);
    raise_descriptor_limit();
    epoll = epoll_create1(0);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    set_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0)
        die("listen");
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    for (;;) {
        struct epoll_event ready[EVENTS];
        int n = epoll_wait(epoll, ready, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (ready[i].data.ptr == &listener)
                receive();
            else
                pass(ready[i].data.ptr);
        }
        admit_waiters();
    }
}
