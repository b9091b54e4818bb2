// Lays out the class paths of the broker and the Connect worker that integration tests start as processes of
// their own: target/connect-libs/broker and target/connect-libs/worker, one jar a file. For the tests of warehouses
// also the sinks, as a worker has them on its plugin.path (target/connect-libs/sinks), and a schema registry
// (target/connect-libs/registry).
//
// They are no dependencies of the project, since what is on the test class path masks what is missing from the
// package. Maven's own resolver fetches them, so settings, mirrors, the local repository and offline mode hold.

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption

import groovy.ant.AntBuilder
import org.eclipse.aether.RepositorySystem
import org.eclipse.aether.artifact.DefaultArtifact
import org.eclipse.aether.collection.CollectRequest
import org.eclipse.aether.graph.Dependency
import org.eclipse.aether.resolution.ArtifactRequest
import org.eclipse.aether.resolution.DependencyRequest

def setting = { String name ->
  session.userProperties.getProperty(name) ?: project.properties.getProperty(name)
}
def on = { String name ->
  def value = setting(name)
  value != null && value != 'false' // "-DskipTests" alone means true
}

if (setting('connect.libs.when') != 'always' && (on('skipTests') || on('skipITs') || on('maven.test.skip'))) {
  log.info('No integration tests, no class paths for them')
  return
}

def connect = setting('connect.version')
def broker = setting('broker.version')

// A distribution's logging, not the libraries' business: 3.x uses reload4j, 4.x Log4j 2.
def logging = connect.startsWith('3.')
    ? ["org.slf4j:slf4j-reload4j:${setting('slf4j.version')}"]
    : ["org.apache.logging.log4j:log4j-slf4j-impl:${setting('log4j.version')}",
       "org.apache.logging.log4j:log4j-core:${setting('log4j.version')}"]

def classPaths = [
  broker: ["org.apache.kafka:kafka_${setting('scala.binary.version')}:${broker}",
           "org.apache.logging.log4j:log4j-slf4j-impl:${setting('log4j.version')}",
           "org.apache.logging.log4j:log4j-core:${setting('log4j.version')}"],
  worker: ["org.apache.kafka:connect-runtime:${connect}",
           "org.apache.kafka:connect-json:${connect}",
           "org.apache.kafka:connect-transforms:${connect}"] + logging,
]

if (on('warehouses')) {
  def hadoop = setting('hadoop.version')
  classPaths += [
    'sinks/iceberg': ["org.apache.iceberg:iceberg-kafka-connect:${setting('iceberg.version')}",
                      "org.apache.iceberg:iceberg-parquet:${setting('iceberg.version')}",
                      "org.apache.hadoop:hadoop-client-api:${hadoop}",
                      "org.apache.hadoop:hadoop-client-runtime:${hadoop}"],
    'sinks/apicurio': ["io.apicurio:apicurio-registry-utils-converter:${setting('apicurio.version')}"],
  ]
}

// What comes as an archive.
def archives = on('warehouses')
    ? ['sinks/debezium': "io.debezium:debezium-connector-jdbc:tar.gz:plugin:${setting('debezium.version')}",
       registry: "io.apicurio:apicurio-registry-app:tar.gz:all:${setting('apicurio.version')}"]
    : [:]

def system = session.container.lookup(RepositorySystem)
def base = Path.of(setting('connect.libs'))

// Makes a directory, unless it was made for the same coordinates.
def layOut = { String name, List<String> roots, Closure fill ->
  def directory = base.resolve(name)
  def stamp = directory.resolve('coordinates.txt')
  def wanted = roots.join('\n') + '\n'
  if (Files.exists(stamp) && Files.readString(stamp) == wanted) {
    return
  }
  directory.toFile().deleteDir()
  Files.createDirectories(directory)
  fill(directory)
  // Last, so that a run cut short is done again.
  Files.writeString(stamp, wanted)
  log.info("${roots.join(', ')} in ${directory}")
}

classPaths.each { name, roots ->
  layOut(name, roots) { Path directory ->
    def collect = new CollectRequest()
    collect.repositories = project.remoteProjectRepositories
    roots.each { collect.addDependency(new Dependency(new DefaultArtifact(it), 'runtime')) }
    def found = system.resolveDependencies(session.repositorySession, new DependencyRequest(collect, null))
    // A sink's own copy of what the worker brings would only be in the way.
    def brought = name.startsWith('sinks/') ? ['org.apache.kafka'] : []
    found.artifactResults.findAll { !(it.artifact.groupId in brought) }.each {
      def jar = it.artifact.file.toPath()
      Files.copy(jar, directory.resolve(jar.fileName), StandardCopyOption.REPLACE_EXISTING)
    }
  }
}

archives.each { name, root ->
  layOut(name, [root]) { Path directory ->
    def request = new ArtifactRequest(new DefaultArtifact(root), project.remoteProjectRepositories, null)
    def archive = system.resolveArtifact(session.repositorySession, request).artifact.file
    new AntBuilder().untar(src: archive, dest: directory.toFile(), compression: 'gzip')
  }
}
