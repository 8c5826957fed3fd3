# One file for all images; the target chooses: client, dispatcher, nameservice, worker, monitoring.
#
# JARS says where the programs come from:
#   build     are compiled here, by Maven; the machine needs nothing but Docker
#   prebuilt  were built before, by `mvn package` or `./tasknet`; an image then takes a second
ARG JARS=build

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    rm -rf target */target \
 && mvn -B -ntp -q -DskipTests -DskipTestCompile=true -Dexec.skip=true -Djacoco.skip=true \
      -pl client,dispatcher,nameservice,worker,monitoring -am package \
 && for program in client dispatcher nameservice worker monitoring; do \
      mkdir -p "/built/$program" \
      && cp "$program"/target/lib/*.jar "$program/target/tasknet-$program.jar" "/built/$program"; \
    done

FROM scratch AS prebuilt
COPY client/target/lib client/target/tasknet-client.jar /built/client/
COPY dispatcher/target/lib dispatcher/target/tasknet-dispatcher.jar /built/dispatcher/
COPY nameservice/target/lib nameservice/target/tasknet-nameservice.jar /built/nameservice/
COPY worker/target/lib worker/target/tasknet-worker.jar /built/worker/
COPY monitoring/target/lib monitoring/target/tasknet-monitoring.jar /built/monitoring/

FROM ${JARS} AS jars

# Three layers an image: libraries that all programs share, libraries of this program, and our own
# jars, which alone change from day to day.
FROM eclipse-temurin:25-jre AS layers
COPY --from=jars /built /built
RUN cd /built \
 && for program in *; do \
      mkdir -p "/layers/$program/lib" "/layers/$program/app" /layers/shared \
      && mv "$program"/tasknet-*.jar "/layers/$program/app" || exit 1; \
    done \
 && for jar in client/*.jar; do \
      name=${jar#*/}; \
      if [ "$(ls */"$name" | wc -l)" = "$(ls | wc -l)" ]; then \
        mv "$jar" /layers/shared && rm */"$name" || exit 1; \
      fi; \
    done \
 && for program in *; do \
      mv "$program"/*.jar "/layers/$program/lib" 2>/dev/null || true; \
    done

FROM eclipse-temurin:25-jre AS base
RUN mkdir -p /data /logs /handlers && chown 1000:1000 /data /logs
COPY .build/image /app
COPY --from=layers /layers/shared /app/lib
WORKDIR /app
USER 1000:1000
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Tasknet" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV LANG=C.UTF-8 LOG_DIR=/logs TASKNET_DATA_DIR=/data TASKNET_BIND_ADDRESS=0.0.0.0
STOPSIGNAL SIGTERM

FROM base AS service
HEALTHCHECK --interval=1s --timeout=35s --start-period=30s --retries=3 CMD ["bash", "/app/healthy"]

# Our own code formats nothing for a locale, so Java need not know a thousand of them. Handlers, in workers, may.
FROM service AS unlocalized
USER 0
RUN echo -Djava.locale.providers=SPI >>/app/java.options
USER 1000:1000

# All services start from an archive of their classes (.build/train), which is 20 to 35 MB. Where that is too much beside
# other large parts it is compressed, and unpacked into the data volume at the first start (.build/image/start).
FROM unlocalized AS dispatcher-untrained
COPY --from=layers /layers/dispatcher/lib /app/lib
COPY --from=layers /layers/dispatcher/app /app/app
ENV TASKNET_HTTP_PORT=4000

FROM dispatcher-untrained AS dispatcher-trained
RUN --mount=type=bind,source=.build/train,target=/train \
    LOG_DIR=/tmp TASKNET_DATA_DIR=/tmp PACKED=/data bash /train tasknet.dispatcher.DispatcherMain

FROM dispatcher-untrained AS dispatcher
COPY --from=dispatcher-trained /tmp/trained /app
EXPOSE 4000
ENTRYPOINT ["bash", "/app/start", "tasknet.dispatcher.DispatcherMain"]

# Nameservice and monitoring never have so much to do that the second compiler is worth its memory, nor a heap that is
# two fifths free.
FROM unlocalized AS small
USER 0
RUN printf '%s\n' -XX:TieredStopAtLevel=1 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 >>/app/java.options
USER 1000:1000

FROM small AS nameservice-untrained
COPY --from=layers /layers/nameservice/lib /app/lib
COPY --from=layers /layers/nameservice/app /app/app
ENV TASKNET_HTTP_PORT=5001

FROM nameservice-untrained AS nameservice-trained
RUN --mount=type=bind,source=.build/train,target=/train \
    LOG_DIR=/tmp TASKNET_DATA_DIR=/tmp bash /train tasknet.nameservice.NameserviceMain

FROM nameservice-untrained AS nameservice
COPY --from=nameservice-trained /tmp/trained /app
EXPOSE 5001
ENTRYPOINT ["java", "@/app/java.options", "tasknet.nameservice.NameserviceMain"]

FROM service AS worker-untrained
COPY --from=layers /layers/worker/lib /app/lib
COPY --from=layers /layers/worker/app /app/app
ENV TASKNET_HTTP_PORT=6001 TASKNET_UDP_PORT=6000

# Its nameservice is itself, which refuses it: so it calls one.
FROM worker-untrained AS worker-trained
RUN --mount=type=bind,source=.build/train,target=/train \
    LOG_DIR=/tmp TASKNET_NAMESERVICE_URL=http://127.0.0.1:6001 bash /train tasknet.worker.WorkerMain hash

FROM worker-untrained AS worker
COPY --from=worker-trained /tmp/trained /app
EXPOSE 6000/udp 6001
ENTRYPOINT ["java", "@/app/java.options", "tasknet.worker.WorkerMain"]

FROM small AS monitoring-untrained
COPY --from=layers /layers/monitoring/lib /app/lib
COPY --from=layers /layers/monitoring/app /app/app
ENV TASKNET_HTTP_PORT=8080

FROM monitoring-untrained AS monitoring-trained
RUN --mount=type=bind,source=.build/train,target=/train \
    LOG_DIR=/tmp TASKNET_DATA_DIR=/tmp PACKED=/data bash /train tasknet.monitoring.MonitoringMain

FROM monitoring-untrained AS monitoring
COPY --from=monitoring-trained /tmp/trained /app
EXPOSE 8080
ENTRYPOINT ["bash", "/app/start", "tasknet.monitoring.MonitoringMain"]

FROM base AS client
COPY --from=layers /layers/client/lib /app/lib
COPY --from=layers /layers/client/app /app/app
ENTRYPOINT ["java", "@/app/java.options", "tasknet.cli.ClientMain"]
