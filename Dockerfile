# docker build -t mailcanary .
# docker run --read-only -v ./config:/etc/mailcanary:ro -v mailcanary:/data -p 127.0.0.1:10825:10825 mailcanary
#
# The config file in there says `data_dir: /data`.

FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /app
# For a build without network: --offline, with an npm cache mounted at /root/.npm.
ARG NPM_FLAGS=""
COPY .npmrc package.json package-lock.json ./
RUN npm ci --ignore-scripts ${NPM_FLAGS}
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts ${NPM_FLAGS} \
 # Nothing at run time reads types, source maps, manuals or the tests of packages.
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) -delete \
 && rm -rf node_modules/.package-lock.json node_modules/*/test node_modules/@*/*/test node_modules/*/docs node_modules/*/examples

FROM docker.io/library/node:24-bookworm-slim
ARG REVISION=""
LABEL org.opencontainers.image.title="mailcanary" \
      org.opencontainers.image.description="Notices when your mail is silently filed as spam, says why, and says what to do" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
# docs/decisions/015-memory.md has what each of these saves and costs.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=16384
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown 10825:10825 /data
USER 10825:10825
VOLUME /data
EXPOSE 10825
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:10825/-/healthy').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--optimize-for-size", "--max-semi-space-size=1", "/app/dist/main.js"]
CMD ["run", "--config", "/etc/mailcanary/config.yaml", "--listen", "0.0.0.0:10825", "--data-dir", "/data"]
