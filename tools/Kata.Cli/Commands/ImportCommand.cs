using System.CommandLine;
using Kata.Engine.Progress;

namespace Kata.Cli.Commands;

/// <summary><c>kata import FILE</c>: answers from another machine; what they replace is kept.</summary>
internal static class ImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = Texts.ArgumentImportFile };
        return new Command("import", Texts.DescriptionImport) { file }
            .WithAction(commandLine => Run(session, session.FullPath(commandLine.GetRequiredValue(file))));
    }

    private static int Run(Session session, string file)
    {
        var result = new AnswerArchive(session.Catalogue, session.Repository).Import(file);
        var output = session.Screen.Profile.Out.Writer;
        foreach (var (kata, backup) in result.Written)
        {
            output.WriteLine(Texts.ImportedOne.With(kata.Folder, session.Shown(backup)));
        }

        output.WriteLine(Texts.Imported.With(result.Written.Count, result.Unchanged.Count));
        if (result.Unknown.Count == 0)
        {
            return ExitCode.Passed;
        }

        session.Notice(Texts.ImportUnknown.With(string.Join(", ", result.Unknown)));
        return ExitCode.DidNotPass;
    }
}
