# Build:  docker build -t tokenhouse .
# Run:    docker run --name tokenhouse -p 127.0.0.1:8080:8080 -v tokenhouse-data:/data \
#           --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --memory 2g --pids-limit 128 tokenhouse
# Ask:    docker exec tokenhouse tokenhouse sign-in-link    (inside, where the local administrator's token is taken)
# The sign-in link is in the log; its address is the one browsers use when PUBLIC_URL says so.

FROM node:24.21.0-slim AS build
WORKDIR /build
# First what changes seldom: the layer of packages is built again only when one of these does. The npm package of Tokenhouse has the first alone,
# and what is built already.
COPY package.json package-lock.jso[n] .npmr[c] ./
# No package's script is needed to build or to run.
RUN if [ -f package-lock.json ]; then npm ci --include=dev --ignore-scripts; else npm install --omit=dev --ignore-scripts; fi
COPY . .
RUN if [ -d src ]; then node scripts/generate.mjs && npm run build && npm prune --omit=dev --ignore-scripts; fi

FROM node:24.21.0-slim
# Of the C library's memory, threads share two arenas: each of their own keeps what its thread gave back, 25 MB in all.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576
WORKDIR /app
# What installs packages is not needed here, and nothing that is not here has to be kept up to date.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# So that each command can be run in the container by its name.
RUN chmod 0755 dist/server/main.js && ln -s /app/dist/server/main.js /usr/local/bin/tokenhouse
# A new volume takes owner and mode from here. The program's own files stay root's: it cannot change them. It writes here alone, so the root
# file system can be read-only.
RUN install -d -o node -g node -m 0700 /data
# The user node by its number, by which Kubernetes tells that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
# The process answers; whether its database does too is what /readyz says, which a load balancer should ask.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself gets the signal and ends within the ten seconds that docker stop waits.
ENTRYPOINT ["node", "--v8-pool-size=1", "dist/server/main.js"]
