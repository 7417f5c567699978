# One image for every process; docker-compose.yml says which one a container runs.
FROM node:24-bookworm-slim AS build
WORKDIR /topiary
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY . .
RUN node scripts/setup.mjs && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /topiary
RUN useradd --system --create-home --uid 10001 topiary && mkdir /data && chown topiary /data
COPY --from=build /topiary/node_modules node_modules
COPY --from=build /topiary/dist dist
COPY --from=build /topiary/prisma prisma
COPY --from=build /topiary/apps/web/dist apps/web/dist
COPY --from=build /topiary/packages packages
COPY --from=build /topiary/apps/api apps/api
COPY --from=build /topiary/workers workers
COPY --from=build /topiary/scripts/experiments/results scripts/experiments/results
COPY --from=build /topiary/package.json package.json
ENV NODE_ENV=production TOPIARY_ROOT=/topiary TOPIARY_HOME=/data HOST=0.0.0.0
USER topiary
VOLUME /data
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/api.mjs"]
