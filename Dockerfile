# The server alone on a base without a shell: `docker build -t kalends .`

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches make the next build short; what is kept must leave them.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --package kalends \
    && install -D target/release/kalends /out/usr/local/bin/kalends \
    && mkdir -p /out/data

# glibc, libgcc and the certificates that programs trust; it brings nothing else that could be run.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/usr/local/bin/kalends /usr/local/bin/kalends
USER 65532:65532
VOLUME /data
# The last two the program would set by itself, and begin again for.
ENV DATABASE_URL=sqlite:///data/kalends.db \
    HOST=0.0.0.0 \
    MIMALLOC_PURGE_DELAY=0 \
    MIMALLOC_ALLOW_THP=0
EXPOSE 3019
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/kalends", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/kalends"]
CMD ["serve"]
