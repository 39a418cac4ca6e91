"""The marks of every student as JSON, from nbgrader's own gradebook. Run in the course's folder: python marks.py ASSIGNMENT"""
import json
import os
import sys

from nbgrader.api import Gradebook

os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
with Gradebook("sqlite:///gradebook.db") as gradebook:
    marks = {}
    for submission in gradebook.assignment_submissions(sys.argv[1]):
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        marks[submission.student.id] = {grade.name: grade.auto_score for grade in grades}
print(json.dumps(marks))
