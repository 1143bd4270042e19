# syntax=docker/dockerfile:1

# One image for all processes: the command is the file to run, for example
#   docker run tollgate services/auth/src/main.ts
# Node runs TypeScript directly, so nothing is compiled. It runs as user 1000 and writes nothing:
# start it with a read-only root file system.

ARG NODE_IMAGE=node:26.10.0-slim

# The manifests alone, so that a changed source file does not install everything anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
RUN find packages services ! -name package.json -type f -delete

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY --from=manifests /app ./
# The locked versions by their hashes, as the launcher installs them. Not `npm ci`: it refuses a lock
# that was made where the registry lacked packages of other platforms. The image has Node and runs
# the sources: the pinned Node programs and the launcher's bundler are left out.
RUN npm install --no-save --omit=dev --ignore-scripts \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node \
    node_modules/rolldown node_modules/@rolldown

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app ./
COPY packages packages
COPY services services
COPY scripts scripts
COPY examples examples
USER 1000:1000
ENTRYPOINT ["node"]
