using System.IO;
using System.Threading;

namespace DeclaredUnity
{
    /// <summary>The folder of a project that a test has made.</summary>
    public static class ProjectFolder
    {
        /// <summary>Deletes it, if it is there, even while a shot that was taken is still being written.</summary>
        public static void Delete(string folder)
        {
            for (int tries = 0; Directory.Exists(folder); tries++)
                try
                {
                    Directory.Delete(folder, true);
                }
                catch (IOException) when (tries < 100)
                {
                    Thread.Sleep(50);
                }
        }
    }
}
