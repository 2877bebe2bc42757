/** {@code anteroom demo}: shows the gateway at work. */
package dev.anteroom.gateway.demo;
