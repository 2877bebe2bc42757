/** {@code anteroom demo}: the gateway shown at work. */
package dev.anteroom.gateway.demo;
