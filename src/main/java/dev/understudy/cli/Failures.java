package dev.understudy.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line why a command could not be done. Only a defect of our own shows its stack trace. */
final class Failures implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (!(failure instanceof CommandFailed failed)) {
            throw failure;
        }
        command.getErr().println(command.getColorScheme().errorText("understudy: " + failed.getMessage()));
        return failed.exitCode();
    }
}
