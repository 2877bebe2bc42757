package dev.anteroom.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request that adds a listener when the application starts asynchronous processing: at once, because by the time the
 * application returns, another thread may have completed the request already.
 */
final class ObservedRequest extends HttpServletRequestWrapper {
    private final AsyncListener listener;
    private boolean asynchronous;

    ObservedRequest(HttpServletRequest request, AsyncListener listener) {
        super(request);
        this.listener = listener;
    }

    /** Whether asynchronous processing was started, through this wrapper or around it. */
    boolean isAsynchronous() {
        if (!asynchronous && isAsyncStarted()) {
            observe(getAsyncContext());
        }
        return asynchronous;
    }

    @Override
    public AsyncContext startAsync() {
        return observe(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return observe(super.startAsync(request, response));
    }

    private AsyncContext observe(AsyncContext context) {
        asynchronous = true;
        context.addListener(listener);
        return context;
    }
}
