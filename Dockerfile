# One image for every process (docker-compose.yml says which one a container runs), and a second one with CUDA.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /topiary
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY . .
RUN node scripts/setup.mjs && npm prune --omit=dev

# onnxruntime with its CUDA provider, which its install script fetches.
FROM build AS build-gpu
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js && node scripts/deploy/check-cuda.mjs node_modules/onnxruntime-node 12

FROM node:24.21.0-bookworm-slim AS app
WORKDIR /topiary
RUN useradd --system --create-home --uid 10001 topiary && install -d -o topiary /data /secrets /datasets /backups
COPY --from=build /topiary/node_modules node_modules
COPY --from=build /topiary/dist dist
COPY --from=build /topiary/prisma prisma
COPY --from=build /topiary/apps apps
COPY --from=build /topiary/packages packages
COPY --from=build /topiary/workers workers
COPY --from=build /topiary/scripts/experiments/results scripts/experiments/results
COPY --from=build /topiary/docker docker
COPY --from=build /topiary/package.json package.json
ENV NODE_ENV=production TOPIARY_ROOT=/topiary TOPIARY_HOME=/data DATA_DIR=/datasets HOST=0.0.0.0
USER topiary
VOLUME /data
EXPOSE 3000
ENTRYPOINT ["/topiary/docker/entrypoint.sh"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=8", "dist/api.mjs"]

FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04 AS gpu
WORKDIR /topiary
RUN useradd --system --create-home --uid 10001 topiary && install -d -o topiary /data /secrets /datasets
COPY --from=app /usr/local/bin/node /usr/local/bin/node
COPY --from=app /topiary /topiary
COPY --from=build-gpu /topiary/node_modules/onnxruntime-node node_modules/onnxruntime-node
ENV NODE_ENV=production TOPIARY_ROOT=/topiary TOPIARY_HOME=/data DATA_DIR=/datasets EXECUTION_PROVIDER=cuda
USER topiary
VOLUME /data
ENTRYPOINT ["/topiary/docker/entrypoint.sh"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=2", "dist/worker.mjs"]

# What `docker build .` makes when nobody names a target.
FROM app
